import type { ConditionNode, LiteralNode, OrderNode, QueryTree, SelectList, TimespanNode } from './tree.ts'

/**
 * A query in its canonical form: keywords in capitals, one blank between words, straight quotes, names as they are
 * written. Reading it again gives the same tree, positions aside.
 */
export function printQuery(tree: QueryTree): string {
  return [
    tree.distinct ? 'SELECT DISTINCT' : 'SELECT',
    printSelect(tree.select),
    `FROM ${tree.from.name}`,
    ...(tree.where === null ? [] : [`WHERE ${printCondition(tree.where)}`]),
    ...(tree.orderBy.length === 0 ? [] : [`ORDER BY ${tree.orderBy.map(printOrder).join(', ')}`]),
    ...(tree.limit === null ? [] : [`LIMIT ${tree.limit.text}`]),
    ...(tree.timespan === null ? [] : [`TIMESPAN ${printTimespan(tree.timespan)}`]),
  ].join(' ')
}

function printSelect(select: SelectList): string {
  return select.kind === 'all' ? '*' : select.names.map(({ name }) => name).join(', ')
}

function printCondition(node: ConditionNode): string {
  switch (node.kind) {
    case 'comparison':
      return `${node.name.name} ${node.operator} ${printLiteral(node.value)}`
    case 'in':
      return `${node.name.name} ${not(node)}IN (${node.values.map(printLiteral).join(', ')})`
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

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'NOT ' : ''
}

/** A literal as a query writes it. */
export function printLiteral(literal: LiteralNode): string {
  return literal.kind === 'number' ? literal.text : `'${literal.text.replaceAll(`'`, `''`)}'`
}

function printOrder({ name, direction }: OrderNode): string {
  return direction === null ? name.name : `${name.name} ${direction.toUpperCase()}`
}

function printTimespan(timespan: TimespanNode): string {
  if (timespan.kind === 'range') return timespan.name.name.toUpperCase()
  return `BETWEEN ${printLiteral(timespan.from)} AND ${printLiteral(timespan.to)}`
}
