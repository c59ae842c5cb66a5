import type { ConditionNode, LiteralNode, OrderNode, QueryTree, SelectList, TimespanNode } from './tree.ts'

/**
 * A query in its canonical form: keywords in capitals, one blank between words, straight quotes, names as they are
 * written. Reading it again gives the same tree, positions aside.
 */
export function printQuery(tree: QueryTree): string {
  return [
    `${printSelectKeyword(tree)} ${printSelect(tree.select).join(', ')}`,
    `FROM ${tree.from.name}`,
    ...(tree.where === null ? [] : [`WHERE ${printCondition(tree.where)}`]),
    ...(tree.orderBy.length === 0 ? [] : [`ORDER BY ${tree.orderBy.map(printOrder).join(', ')}`]),
    ...printEnd(tree),
  ].join(' ')
}

/** SELECT, with DISTINCT if it is there. */
export function printSelectKeyword({ distinct }: QueryTree): string {
  return distinct ? 'SELECT DISTINCT' : 'SELECT'
}

/** The members of the select list. */
export function printSelect(select: SelectList): readonly string[] {
  return select.kind === 'all' ? ['*'] : select.names.map(({ name }) => name)
}

/** LIMIT and TIMESPAN, as far as they are there. */
export function printEnd({ limit, timespan }: QueryTree): readonly string[] {
  return [
    ...(limit === null ? [] : [`LIMIT ${limit.text}`]),
    ...(timespan === null ? [] : [`TIMESPAN ${printTimespan(timespan)}`]),
  ]
}

/** A condition on one line. */
export function printCondition(node: ConditionNode): string {
  switch (node.kind) {
    case 'comparison':
      return `${node.name.name} ${node.operator} ${printLiteral(node.value)}`
    case 'in':
      return `${printListHead(node)}${node.values.map(printLiteral).join(', ')})`
    case 'like':
      return `${node.name.name} ${not(node)}LIKE ${printLiteral(node.pattern)}`
    case 'between':
      return `${node.name.name} ${not(node)}BETWEEN ${printLiteral(node.low)} AND ${printLiteral(node.high)}`
    case 'null':
      return `${node.name.name} IS ${not(node)}NULL`
    case 'and':
      return node.terms.map(printCondition).join(' AND ')
    case 'or':
      return node.terms.map(printCondition).join(' OR ')
    case 'not':
      return `NOT ${printCondition(node.term)}`
    case 'parentheses':
      return `(${printCondition(node.term)})`
    default:
      return node satisfies never
  }
}

/** What stands before the values of a list: `Name NOT IN (`. */
export function printListHead(node: ConditionNode & { readonly kind: 'in' }): string {
  return `${node.name.name} ${not(node)}IN (`
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}

/** A literal as a query writes it. */
export function printLiteral(literal: LiteralNode): string {
  return literal.kind === 'number' ? literal.text : quoted(literal.text)
}

/** A text between quotes. */
export function quoted(text: string): string {
  return `'${text.replaceAll(`'`, `''`)}'`
}

/** A member of ORDER BY. */
export function printOrder({ name, direction }: OrderNode): string {
  return direction === null ? name.name : `${name.name} ${direction.toUpperCase()}`
}

function printTimespan(timespan: TimespanNode): string {
  if (timespan.kind === 'range') return timespan.name.name.toUpperCase()
  return `BETWEEN ${printLiteral(timespan.from)} AND ${printLiteral(timespan.to)}`
}
