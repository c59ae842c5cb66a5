import { isWholeArithmetic } from '../metric/parse-metric.ts'
import { foldArithmetic } from '../metric/metric-expression.ts'
import type { Aggregate, Arithmetic } from '../metric/metric-expression.ts'
import type { ColumnField, MetricField } from '../plan/field.ts'
import { compileAggregate, sumsOfColumn, tooLargeProduct } from './compile-aggregate.ts'
import type { AggregateArgument } from './compile-aggregate.ts'
import type { Dialect, NumberDomain } from './dialect.ts'

/** What a metric is made of, in one dialect. `source` gives SQL for a column as its files have it. */
export interface MetricScope {
  readonly dialect: Dialect
  readonly source: (field: ColumnField) => string
}

/**
 * The value of a metric over the rows of a group. An aggregate alone keeps the type of its column, so that money stays
 * exact; arithmetic is worked out in whole numbers where nothing else takes part, and else in floating point. Dividing by
 * nothing gives NULL, and so does what is too large for an engine's numbers: no value makes a statement fail. The same
 * rows give the same value, however an engine splits them.
 */
export function compileMetric({ expression, type }: MetricField, scope: MetricScope): string {
  const aggregate = ({ function: name, argument }: Aggregate<ColumnField>): string =>
    compileAggregate(name, argument && argumentOf(argument, scope), scope.dialect)
  if (expression.kind === 'aggregate') return aggregate(expression)
  const domain = type === 'integer' ? 'whole' : 'floating'
  return compileArithmetic(expression, domain, scope.dialect, aggregate, tooLargeWhole)
}

/** The form of a metric in a file. `pass` lets the inner SELECT select a piece and gives its name in the outer one. */
export function metricForm(field: MetricField, scope: MetricScope, pass: (sql: string) => string): string {
  const { expression, type } = field
  const { dialect } = scope
  if (type === 'decimal' && expression.kind === 'aggregate' && expression.function === 'sum') {
    const { argument } = expression
    if (argument?.kind === 'column') {
      const sums = sumsOfColumn(argumentOf(argument, scope), dialect).map(pass)
      return dialect.exactForm(`coalesce(${sums.map((sum) => `CAST(${sum} AS VARCHAR)`).join(', ')})`)
    }
  }
  const value = pass(compileMetric(field, scope))
  return type === 'integer' ? dialect.wholeForm(value) : dialect.numberForm(value)
}

function argumentOf(argument: Arithmetic<ColumnField>, { dialect, source }: MetricScope): AggregateArgument {
  const value = (field: ColumnField): string =>
    field.type === 'decimal' ? source(field) : dialect.columnValue(field, source(field))
  if (argument.kind === 'column') return { sql: value(argument), type: argument.type, isColumn: true, size: null }
  const isWhole = isWholeArithmetic(argument, ({ type }) => type === 'integer')
  return {
    sql: compileArithmetic(argument, isWhole ? 'whole' : 'floating', dialect, value, tooLargeProduct),
    type: isWhole ? 'integer' : 'decimal',
    isColumn: false,
    size: isWhole && multiplies(argument) ? sizeOf(argument, value) : null,
  }
}

type Leaf = { readonly kind: 'aggregate' | 'column' }

// Every engine has whole numbers of 38 digits.
const tooLargeWhole = '1E38'

/** @param limit Whole numbers from there on are NULL. */
function compileArithmetic<L extends Leaf>(
  expression: Arithmetic<L>,
  domain: NumberDomain,
  dialect: Dialect,
  compileLeaf: (leaf: L) => string,
  limit: string,
): string {
  const value = foldArithmetic<L, string>(expression, {
    leaf: (leaf) => dialect.numberIn(domain, compileLeaf(leaf)),
    number: (text) => dialect.numberIn(domain, text),
    negate: (operand) => `(-${operand})`,
    arithmetic: (operator, left, right) =>
      operator === '/' ? `(${left} / nullif(${right}, 0))` : `(${left} ${operator} ${right})`,
  })
  if (domain === 'floating' || !multiplies(expression)) return value
  return `CASE WHEN ${sizeOf(expression, compileLeaf)} < ${limit} THEN ${value} END`
}

/** Only by multiplying do whole numbers of 64 bits, and sums of such, grow beyond 38 digits. */
function multiplies<L extends Leaf>(expression: Arithmetic<L>): boolean {
  return foldArithmetic<L, boolean>(expression, {
    leaf: () => false,
    number: () => false,
    negate: (operand) => operand,
    arithmetic: (operator, left, right) => operator === '*' || left || right,
  })
}

/**
 * A bound of the size of whole arithmetic and of every step to it, as a double: an overflow would fail the statement, and a
 * double has none. One is added to each part, because nothing times something large is small and no less an overflow.
 */
function sizeOf<L extends Leaf>(expression: Arithmetic<L>, compileLeaf: (leaf: L) => string): string {
  const part = (sql: string): string => `(abs(CAST(${sql} AS DOUBLE)) + 1)`
  return foldArithmetic<L, string>(expression, {
    leaf: (leaf) => part(compileLeaf(leaf)),
    number: part,
    negate: (operand) => operand,
    arithmetic: (operator, left, right) => `(${left} ${operator === '*' ? '*' : '+'} ${right})`,
  })
}
