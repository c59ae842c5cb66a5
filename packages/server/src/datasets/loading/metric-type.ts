import type { AggregateFunction, ColumnType, Metric } from '@almanac/query'

type TypeOfResult = (column: ColumnType) => Metric['type'] | undefined

const sameNumber: TypeOfResult = (column) => (column === 'integer' || column === 'decimal' ? column : undefined)

const results: Record<AggregateFunction, TypeOfResult> = {
  count: () => 'integer',
  countDistinct: () => 'integer',
  sum: sameNumber,
  min: sameNumber,
  max: sameNumber,
  avg: (column) => (sameNumber(column) === undefined ? undefined : 'decimal'),
}

/** The type of a metric: what `aggregate` makes of a column. `undefined` when it can make nothing of it. */
export function metricType(aggregate: AggregateFunction, column: ColumnType): Metric['type'] | undefined {
  return results[aggregate](column)
}
