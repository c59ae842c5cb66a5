import { printLiteral } from '../src/syntax/print-query.ts'
import type { ConditionNode, OrderNode, QueryTree, TimespanNode } from '../src/syntax/tree.ts'

/** A syntax tree as indented lines: how a text was read, positions aside. */
export function printTree({ distinct, select, from, where, orderBy, limit, timespan }: QueryTree): string {
  return [
    distinct ? 'select distinct' : 'select',
    ...(select.kind === 'all' ? ['*'] : select.names.map(({ name }) => name)).map(indented),
    `from ${from.name}`,
    ...(where === null ? [] : ['where', ...printCondition(where).map(indented)]),
    ...(orderBy.length === 0 ? [] : ['order by', ...orderBy.map(printOrder).map(indented)]),
    ...(limit === null ? [] : [`limit ${limit.text}`]),
    ...(timespan === null ? [] : [`timespan ${printTimespan(timespan)}`]),
  ].join('\n')
}

function printCondition(node: ConditionNode): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return [node.kind, ...node.terms.flatMap(printCondition).map(indented)]
    case 'not':
    case 'parentheses':
      return [node.kind, ...printCondition(node.term).map(indented)]
    case 'null':
      return [`${node.name.name} is ${not(node)}null`]
    case 'comparison':
      return [`${node.name.name} ${node.operator} ${printLiteral(node.value)}`]
    case 'like':
      return [`${node.name.name} ${not(node)}like ${printLiteral(node.pattern)}`]
    case 'between':
      return [`${node.name.name} ${not(node)}between ${printLiteral(node.low)} and ${printLiteral(node.high)}`]
    case 'in':
      return [`${node.name.name} ${not(node)}in`, ...node.values.map(printLiteral).map(indented)]
    default:
      return node satisfies never
  }
}

function printOrder({ name, direction }: OrderNode): string {
  return `${name.name} ${direction ?? '(no direction)'}`
}

function printTimespan(timespan: TimespanNode): string {
  if (timespan.kind === 'range') return timespan.name.name
  return `between ${printLiteral(timespan.from)} and ${printLiteral(timespan.to)}`
}

function not({ negated }: { readonly negated: boolean }): string {
  return negated ? 'not ' : ''
}

export function indented(line: string): string {
  return `  ${line}`
}
