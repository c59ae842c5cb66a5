import { isWholeArithmetic } from '../metric/parse-metric.ts'
import { foldArithmetic } from '../metric/metric-expression.ts'
import type { Aggregate, Arithmetic } from '../metric/metric-expression.ts'
import type { ColumnField, MetricField } from '../plan/field.ts'
import type { AggregateArgument, Dialect, NumberDomain } from './dialect.ts'

/** What a metric is made of, in one dialect. `source` gives SQL for a column as its files have it. */
export interface MetricScope {
  readonly dialect: Dialect
  readonly source: (field: ColumnField) => string
}

/**
 * The value of a metric over the rows of a group. An aggregate alone keeps the type of its column, so that money stays
 * exact; arithmetic is worked out in whole numbers where nothing else takes part, and else in floating point. Dividing by
 * nothing gives NULL. The same rows give the same value, however an engine splits them.
 */
export function compileMetric({ expression, type }: MetricField, scope: MetricScope): string {
  if (expression.kind === 'aggregate') return compileAggregate(expression, scope)
  const domain = type === 'integer' ? 'whole' : 'floating'
  return compileArithmetic(expression, domain, scope.dialect, (aggregate) => compileAggregate(aggregate, scope))
}

/** The column whose values an aggregate is taken of as they are; `null` for arithmetic, and for every row. */
export function plainColumn({ expression }: MetricField): ColumnField | null {
  return expression.kind === 'aggregate' && expression.argument?.kind === 'column' ? expression.argument : null
}

function compileAggregate({ function: name, argument }: Aggregate<ColumnField>, scope: MetricScope): string {
  return scope.dialect.aggregate(name, argument && argumentOf(argument, scope))
}

function argumentOf(argument: Arithmetic<ColumnField>, { dialect, source }: MetricScope): AggregateArgument {
  const value = (field: ColumnField): string => dialect.columnValue(field, source(field))
  if (argument.kind === 'column') return { sql: value(argument), type: argument.type, isComputed: false }
  const isWhole = isWholeArithmetic(argument, ({ type }) => type === 'integer')
  return {
    sql: compileArithmetic(argument, isWhole ? 'whole' : 'floating', dialect, value),
    type: isWhole ? 'integer' : 'decimal',
    isComputed: true,
  }
}

function compileArithmetic<Leaf extends { readonly kind: 'aggregate' | 'column' }>(
  expression: Arithmetic<Leaf>,
  domain: NumberDomain,
  dialect: Dialect,
  compileLeaf: (leaf: Leaf) => string,
): string {
  return foldArithmetic<Leaf, string>(expression, {
    leaf: (leaf) => dialect.numberIn(domain, compileLeaf(leaf)),
    number: (text) => dialect.numberIn(domain, text),
    negate: (operand) => `(-${operand})`,
    arithmetic: (operator, left, right) =>
      operator === '/' ? `(${left} / nullif(${right}, 0))` : `(${left} ${operator} ${right})`,
  })
}
