import type { AggregateFunction } from '../dataset.ts'
import type { MetricExpression } from '../metric/metric-expression.ts'

/** An aggregate over one column. */
export function aggregateOf(name: AggregateFunction, column: string): MetricExpression {
  return { kind: 'aggregate', function: name, argument: { kind: 'column', name: column } }
}
