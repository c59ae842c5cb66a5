import type { ColumnType, FileRelation, Relation } from '../dataset.ts'
import type { SourceColumn } from './dialect.ts'
import { quoteText } from './quote.ts'

/** What FROM reads. A relation of another engine is a bug of whoever chose the dialect. */
export function duckdbRelation(relation: Relation, columns: readonly SourceColumn[]): string {
  switch (relation.kind) {
    case 'files':
      return files(relation, columns)
    case 'duckdb': {
      // Needs no ATTACH, so that a run touches nothing but its own statement.
      const { database, schema, table } = relation
      const names = `schema_name = ${quoteText(schema)}, table_name = ${quoteText(table)}`
      return `read_duckdb(${quoteText(database)}, ${names})`
    }
    case 'trino':
      throw new Error(`DuckDB can't read ${relation.table}, which is a table of Trino`)
    default:
      return relation satisfies never
  }
}

/**
 * Reads files. The paths are written as literals: mixing a bound file name with options of the reader is broken in
 * DuckDB (its issue 21578).
 */
function files({ format, paths }: FileRelation, columns: readonly SourceColumn[]): string {
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
export function duckdbFilePosition(relation: Relation, table: string): readonly string[] {
  return relation.kind === 'files' && relation.format === 'parquet'
    ? [`${table}.file_index`, `${table}.file_row_number`]
    : []
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
