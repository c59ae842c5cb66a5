import type { ColumnType, Relation } from '../dataset.ts'
import type { SourceColumn } from './dialect.ts'
import { quoteText } from './quote.ts'

/**
 * Reads the files of a relation. The paths are written as literals: mixing a bound file name with options of the reader
 * is broken in DuckDB (its issue 21578).
 */
export function duckdbRelation({ format, paths }: Relation, columns: readonly SourceColumn[]): string {
  const files = `[${paths.map(quoteText).join(', ')}]`
  switch (format) {
    case 'parquet':
      return `read_parquet(${files})`
    case 'csv':
      // Types are given, never guessed: '00123' is a text. An unquoted nothing is NULL, "" is the empty text.
      return `read_csv(${files}, header = true, nullstr = '', allow_quoted_nulls = false, types = ${typesOf(columns)})`
    case 'json':
      return `read_json(${files}, columns = ${typesOf(columns)})`
    default:
      return format satisfies never
  }
}

/**
 * Where a row stands in the files: what makes an order total, so that ties come out the same on each run. The readers
 * of text don't know.
 */
export function duckdbFilePosition({ format }: Relation, table: string): readonly string[] {
  return format === 'parquet' ? [`${table}.file_index`, `${table}.file_row_number`] : []
}

/** How the values of a text file are read. A boolean is read as text, because `Yes` and `No` are booleans too. */
const textFileTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DOUBLE',
  boolean: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

function typesOf(columns: readonly SourceColumn[]): string {
  return `{${columns.map(({ name, type }) => `${quoteText(name)}: '${textFileTypes[type]}'`).join(', ')}}`
}
