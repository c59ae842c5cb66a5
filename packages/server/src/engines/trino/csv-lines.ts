import type { ExportTarget } from '../../datasets/query-engine.ts'
import { delimiters } from '../header-line.ts'
import type { TrinoRow } from './trino-answer.ts'

/**
 * Puts rows into the lines of a file, to the byte as DuckDB's COPY does: no value is nothing and an empty text `""`; quotes
 * where RFC 4180 asks for them, and round what has a `#`, which could begin a comment.
 */
export function createCsvLines(format: ExportTarget['format']): (rows: readonly TrinoRow[]) => string {
  const delimiter = delimiters[format]
  const special = format === 'csv' ? /[,"\r\n#]/ : /[\t"\r\n#]/
  const field = (value: TrinoRow[number]): string => {
    if (value === null) return ''
    if (typeof value !== 'string') return String(value)
    if (value === '') return '""'
    return special.test(value) ? `"${value.replaceAll('"', '""')}"` : value
  }
  return (rows) => {
    let lines = ''
    for (const row of rows) {
      let isFirst = true
      for (const value of row) {
        lines += isFirst ? field(value) : delimiter + field(value)
        isFirst = false
      }
      lines += '\n'
    }
    return lines
  }
}
