import type { Column, ColumnType } from '@almanac/query'
import type { ColumnSample } from '../datasets/dataset-sample.ts'
import { sqlName, sqlText } from './sql-text.ts'

// Money is never floating point: sums must not depend on the order in which rows are added up.
const engineTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18, 4)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** What the SELECT of a sample file says for one column: its values, in the type that queries expect, under its name. */
export function columnExpression({ name, type }: Column, sample: ColumnSample): string {
  return `CAST((${valuesOf(sample)}) AS ${engineTypes[type]}) AS ${sqlName(name)}`
}

function valuesOf(sample: ColumnSample): string {
  switch (sample.kind) {
    case 'expression':
      return sample.sql
    case 'weights':
      return drawnByWeight(sample)
    default:
      return sample satisfies never
  }
}

/** Each value stands in a list as often as it weighs; `pick` is the world's macro. */
function drawnByWeight({ weights, nullWeight, by, salt }: ColumnSample & { readonly kind: 'weights' }): string {
  const values = weights.flatMap(({ value, weight }) => Array.from({ length: weight }, () => sqlText(value)))
  const nulls = Array.from({ length: nullWeight }, () => 'NULL')
  const list = [...values, ...nulls].join(', ')
  return `CASE WHEN (${by}) IS NOT NULL THEN pick([${list}], ${sqlText(salt)}, (${by})) END`
}
