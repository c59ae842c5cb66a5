import type { ColumnType } from '@almanac/query'
import type { PreviewValue } from '../datasets/query-engine.ts'

// Every decimal of up to 15 digits is one double and comes back as it was.
const exactDigits = 15

/**
 * A value of a result as a preview shows it: a number where the column is one and JSON's number is exact, else the text
 * that stands in the file.
 */
export function previewValue(value: unknown, type: ColumnType): PreviewValue {
  if (value === null) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (type === 'integer') return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : text
  if (type === 'decimal') return isExactDecimal(text) ? Number(text) : text
  return text
}

function isExactDecimal(text: string): boolean {
  const [, whole, fraction = ''] = /^-?0*(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  return whole !== undefined && whole.length + fraction.length <= exactDigits
}
