import type { ColumnType, Dataset } from '../../src/index.ts'
import type { ConditionNode, QueryTree } from '../../src/syntax/tree.ts'
import { meaningIn } from './meaning.ts'

/** What of the language a query uses, in words: to know that random queries leave nothing out. */
export function featuresOf(tree: QueryTree, dataset: Dataset): readonly string[] {
  const meaningOf = meaningIn(dataset)
  const selected = tree.select.kind === 'all' ? [] : tree.select.names.map(({ name }) => meaningOf(name))
  return [
    tree.select.kind === 'all' ? 'SELECT *' : 'SELECT names',
    ...(tree.distinct ? ['DISTINCT', `DISTINCT ${selected.some(isMetric) ? 'with' : 'without'} a metric`] : []),
    ...selected.map((meaning) => `SELECT ${meaning.kind} ${meaning.header}`),
    ...(selected.length > 0 && selected.every(isMetric) ? ['metrics alone'] : []),
    ...(tree.from.name.toLowerCase() === dataset.name.toLowerCase() ? [] : ['dataset alias']),
    ...conditionsOf(tree.where).flatMap((node) => {
      if (!('name' in node)) return [node.kind.toUpperCase()]
      const { kind, type } = meaningOf(node.name.name)
      return [`${kind} ${type} ${operatorOf(node)}`]
    }),
    ...tree.orderBy.flatMap(({ name, direction }) => {
      const { kind, type, header } = meaningOf(name.name)
      return [
        `ORDER BY ${kind} ${type}`,
        `ORDER BY ${direction ?? 'default'}`,
        ...(isAlias(dataset, header) ? ['ORDER BY alias'] : []),
      ]
    }),
    ...(tree.limit === null ? [] : ['LIMIT']),
    tree.timespan === null
      ? 'no TIMESPAN'
      : `TIMESPAN ${tree.timespan.kind === 'range' ? tree.timespan.name.name.toUpperCase() : 'BETWEEN'}`,
  ]
}

const comparisons = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'IN',
  'NOT IN',
  'BETWEEN',
  'NOT BETWEEN',
  'IS NULL',
  'IS NOT NULL',
]

/** Every operator on every type that takes it. */
export const conditionFeatures: readonly string[] = [
  ...(['string', 'integer', 'decimal', 'date', 'timestamp'] satisfies ColumnType[]).flatMap((type) =>
    comparisons.map((operator) => `column ${type} ${operator}`),
  ),
  ...['LIKE', 'NOT LIKE'].map((operator) => `column string ${operator}`),
  ...['=', '!=', 'IN', 'NOT IN', 'IS NULL', 'IS NOT NULL'].map((operator) => `column boolean ${operator}`),
  ...['integer', 'decimal'].flatMap((type) => comparisons.map((operator) => `metric ${type} ${operator}`)),
  'AND',
  'OR',
  'NOT',
  'PARENTHESES',
]

/** Every clause and what can stand in it, conditions aside. */
export function clauseFeatures(dataset: Dataset): readonly string[] {
  const columns = dataset.columns.filter(({ hidden }) => hidden !== true).map(({ name }) => name)
  const columnTypes: readonly ColumnType[] = ['string', 'integer', 'decimal', 'boolean', 'date', 'timestamp']
  return [
    'SELECT *',
    'DISTINCT',
    'DISTINCT with a metric',
    'DISTINCT without a metric',
    'metrics alone',
    'dataset alias',
    'LIMIT',
    ...columns.map((name) => `SELECT column ${name}`),
    ...dataset.metrics.map(({ name }) => `SELECT metric ${name}`),
    ...['Units', 'Cost', 'Legacy'].map((name) => `SELECT column ${name}`),
    'SELECT metric Total',
    ...columnTypes.map((type) => `ORDER BY column ${type}`),
    ...['integer', 'decimal'].map((type) => `ORDER BY metric ${type}`),
    ...['asc', 'desc', 'default', 'alias'].map((direction) => `ORDER BY ${direction}`),
    ...[...dataset.dateRanges, 'BETWEEN'].map((range) => `TIMESPAN ${range}`),
    'no TIMESPAN',
  ]
}

function isMetric({ kind }: { readonly kind: 'column' | 'metric' }): boolean {
  return kind === 'metric'
}

function isAlias({ columnAliases }: Dataset, header: string): boolean {
  return header in columnAliases
}

function conditionsOf(node: ConditionNode | null): readonly ConditionNode[] {
  if (node === null) return []
  if (node.kind === 'and' || node.kind === 'or') return [node, ...node.terms.flatMap(conditionsOf)]
  return node.kind === 'not' || node.kind === 'parentheses' ? [node, ...conditionsOf(node.term)] : [node]
}

function operatorOf(node: Extract<ConditionNode, { name: unknown }>): string {
  if (node.kind === 'comparison') return node.operator
  if (node.kind === 'null') return node.negated ? 'IS NOT NULL' : 'IS NULL'
  return `${node.negated ? 'NOT ' : ''}${node.kind.toUpperCase()}`
}
