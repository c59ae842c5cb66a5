import type { AggregateFunction, Column, ColumnType, Metric } from '../dataset.ts'
import { nearestName } from '../nearest-name.ts'
import { foldArithmetic, leavesOf, mapLeaves } from './metric-expression.ts'
import type { Aggregate, Arithmetic, MetricExpression, NamedColumn } from './metric-expression.ts'
import { MetricFailure } from './metric-failure.ts'
import { MetricParser } from './metric-parser.ts'
import type { WrittenColumn } from './metric-parser.ts'
import { metricTokens } from './metric-tokens.ts'

export type MetricResult =
  | { readonly ok: true; readonly expression: MetricExpression; readonly type: Metric['type'] }
  /** What is wrong in words, without a full stop, and where: `offset` counts UTF-16 units. */
  | { readonly ok: false; readonly message: string; readonly offset: number }

const longest = 1_000

/**
 * Reads how a metric is worked out over `columns` (hidden ones too): `sum(Hours)`, `count(*)`, `count(DISTINCT Customer)`,
 * `sum(Price * Quantity) / count(Order)`. Columns come out as they are declared. Never throws.
 */
export function parseMetric(text: string, columns: readonly Column[]): MetricResult {
  if (text.length > longest) {
    return { ok: false, message: `it has ${text.length} characters, and at most ${longest} are allowed`, offset: 0 }
  }
  try {
    const parsed = new MetricParser(metricTokens(text)).parseMetric()
    const aggregates = leavesOf(parsed)
    if (aggregates.length === 0) throw new MetricFailure('it is the same for every group: use a function like sum', 0)
    const expression = mapLeaves(parsed, (aggregate) => declared(aggregate, columns))
    return { ok: true, expression, type: typeOfMetric(expression, columns) }
  } catch (error) {
    if (!(error instanceof MetricFailure)) throw error
    return { ok: false, message: error.message, offset: error.offset }
  }
}

/** Whether a metric counts in whole numbers. `columns` has all that it names. */
function typeOfMetric(expression: MetricExpression, columns: readonly Column[]): Metric['type'] {
  const isWhole = isWholeArithmetic(expression, (aggregate) => isWholeAggregate(aggregate, columns))
  return isWhole ? 'integer' : 'decimal'
}

/** Whether arithmetic over leaves stays within the whole numbers; a division never does. */
export function isWholeArithmetic<Leaf extends { readonly kind: 'aggregate' | 'column' }>(
  expression: Arithmetic<Leaf>,
  isWholeLeaf: (leaf: Leaf) => boolean,
): boolean {
  return foldArithmetic<Leaf, boolean>(expression, {
    leaf: isWholeLeaf,
    number: (text) => !text.includes('.'),
    negate: (operand) => operand,
    arithmetic: (operator, left, right) => operator !== '/' && left && right,
  })
}

const wholeResults: Record<AggregateFunction, (argumentIsWhole: boolean) => boolean> = {
  count: () => true,
  countDistinct: () => true,
  sum: (isWhole) => isWhole,
  min: (isWhole) => isWhole,
  max: (isWhole) => isWhole,
  avg: () => false,
}

function isWholeAggregate({ function: name, argument }: Aggregate<NamedColumn>, columns: readonly Column[]): boolean {
  const isWhole =
    argument !== null && isWholeArithmetic(argument, (leaf) => findColumn(leaf.name, columns)?.type === 'integer')
  return wholeResults[name](isWhole)
}

/** The aggregate with its columns as they are declared. Raises `MetricFailure` for those that it can't be taken of. */
function declared(aggregate: Aggregate<WrittenColumn>, columns: readonly Column[]): Aggregate<NamedColumn> {
  const { function: name, argument } = aggregate
  if (argument === null) return { ...aggregate, argument }
  const takesAnything = argument.kind === 'column' && (name === 'count' || name === 'countDistinct')
  const of = mapLeaves<WrittenColumn, NamedColumn>(argument, (leaf) => {
    const column = findColumn(leaf.name, columns)
    const { offset } = leaf
    if (column === undefined) throw new MetricFailure(unknownColumn(leaf.name, columns), offset)
    if (!takesAnything && !isNumeric(column.type)) {
      const what = argument.kind === 'column' ? name : 'arithmetic'
      throw new MetricFailure(`${what} needs numbers, ${column.name} is ${column.type}`, offset)
    }
    return { kind: 'column', name: column.name }
  })
  return { ...aggregate, argument: of }
}

function unknownColumn(name: string, columns: readonly Column[]): string {
  const nearest = nearestName(
    name,
    columns.map((column) => column.name),
  )
  const hint =
    nearest === undefined ? 'correct the name, or declare the column (it may be hidden)' : `did you mean ${nearest}?`
  return `the dataset has no column ${name}: ${hint}`
}

function isNumeric(type: ColumnType): boolean {
  return type === 'integer' || type === 'decimal'
}

function findColumn(name: string, columns: readonly Column[]): Column | undefined {
  return columns.find((column) => column.name.toLowerCase() === name.toLowerCase())
}
