import type { ColumnType } from '@almanac/query'
import type { DecimalDigits, StoredColumn } from '../../../datasets/versions/dataset-version.ts'

const exactTypes: Record<Exclude<ColumnType, 'decimal'>, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** How a column is stored. `digits` is what a decimal column needs. */
export function storedColumn(name: string, type: ColumnType, digits: DecimalDigits): StoredColumn {
  return type === 'decimal'
    ? { name, type, storedAs: decimalType(digits), digits }
    : { name, type, storedAs: exactTypes[type] }
}

// DuckDB keeps up to 18 digits in 64 bits and up to 38 in 128.
const narrow = 18
const widest = 38
// Room for cents and exchange rates: so that a load with more places than the one before it rarely has to write all rows
// anew. It shows nowhere, since numbers are written without zeros at their end.
const usualFraction = 4

/** The narrowest exact type that holds all values. Only what no exact type can hold becomes a floating number. */
function decimalType({ whole, fraction }: DecimalDigits): string {
  if (whole + fraction > widest) return 'DOUBLE'
  const width = whole + fraction > narrow ? widest : narrow
  return `DECIMAL(${width},${Math.max(fraction, Math.min(usualFraction, width - whole))})`
}

/** What holds the values of both. */
export function widerDigits(a: DecimalDigits, b: DecimalDigits): DecimalDigits {
  return { whole: Math.max(a.whole, b.whole), fraction: Math.max(a.fraction, b.fraction) }
}
