import {
  printCondition,
  printEnd,
  printListHead,
  printLiteral,
  printOrder,
  printSelect,
  printSelectKeyword,
} from '../syntax/print-query.ts'
import type { ConditionNode, QueryTree } from '../syntax/tree.ts'

/** How long a line may get; a name or a text that is longer by itself gets one of its own. */
export const lineColumns = 100

const indent = '  '

/**
 * A query over several lines: a clause per line, in longer ones a condition per line, AND and OR before it, and lists
 * filled up to the last column.
 */
export function layOut(tree: QueryTree): string {
  return [
    ...fill(`${printSelectKeyword(tree)} `, printSelect(tree.select), '', indent),
    `FROM ${tree.from.name}`,
    ...(tree.where === null ? [] : condition('WHERE ', tree.where, '', '')),
    ...(tree.orderBy.length === 0 ? [] : fill('ORDER BY ', tree.orderBy.map(printOrder), '', indent)),
    ...printEnd(tree),
  ].join('\n')
}

/**
 * The lines of a condition that begins with `lead`, which brings its margin along, and ends with `tail`; `margin` is that
 * of the line on which it begins.
 */
function condition(lead: string, node: ConditionNode, tail: string, margin: string): readonly string[] {
  const line = lead + printCondition(node) + tail
  const inner = margin + indent
  switch (node.kind) {
    case 'and':
    case 'or':
      return chain(lead, node, tail, inner)
    case 'not':
      return condition(`${lead}NOT `, node.term, tail, margin)
    case 'parentheses':
      if (fits(line)) return [line]
      return [`${lead}(`, ...group(node.term, inner), `${margin})${tail}`]
    case 'in':
      if (fits(line)) return [line]
      return fill(lead + printListHead(node), node.values.map(printLiteral), `)${tail}`, inner)
    case 'comparison':
    case 'like':
    case 'between':
    case 'null':
      return [line]
    default:
      return node satisfies never
  }
}

/** What stands in brackets that have lines of their own. */
function group(node: ConditionNode, margin: string): readonly string[] {
  const isChain = node.kind === 'and' || node.kind === 'or'
  return isChain ? chain(margin, node, '', margin) : condition(margin, node, '', margin)
}

/** The conditions of an AND or OR, a line each, with the word before all but the first at `margin`. */
function chain(
  lead: string,
  { kind, terms }: ConditionNode & { readonly kind: 'and' | 'or' },
  tail: string,
  margin: string,
): readonly string[] {
  const join = `${margin}${kind.toUpperCase()} `
  return terms.flatMap((term, index) =>
    condition(index === 0 ? lead : join, term, index === terms.length - 1 ? tail : '', margin),
  )
}

/** A list after `lead`, as many members to a line as fit. */
function fill(lead: string, members: readonly string[], tail: string, margin: string): readonly string[] {
  const lines: string[] = []
  let line = lead
  for (const [index, member] of members.entries()) {
    const piece = member + (index === members.length - 1 ? tail : ',')
    const isFirst = line === lead || line === margin
    if (!isFirst && !fits(`${line} ${piece}`)) {
      lines.push(line)
      line = margin + piece
    } else {
      line += isFirst ? piece : ` ${piece}`
    }
  }
  return [...lines, line]
}

function fits(line: string): boolean {
  return line.length <= lineColumns
}
