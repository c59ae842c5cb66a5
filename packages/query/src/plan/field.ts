import type { ColumnType } from '../dataset.ts'
import type { MetricExpressionOver } from '../metric/metric-expression.ts'

/** A column of the source. */
export interface ColumnField {
  readonly kind: 'column'
  readonly name: string
  readonly type: ColumnType
  /** How false and true are written. */
  readonly booleanForms: readonly [whenFalse: string, whenTrue: string]
}

/** A metric: an aggregate over the rows of a group, or arithmetic over several. */
export interface MetricField {
  readonly kind: 'metric'
  readonly name: string
  readonly type: 'integer' | 'decimal'
  readonly expression: MetricExpressionOver<ColumnField>
}

export type Field = ColumnField | MetricField
