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
      return `read_duckdb(${quotePath(database)}, ${names})`
    }
    case 'trino':
      throw new Error(`DuckDB can't read ${relation.table}, which is a table of Trino`)
    default:
      return relation satisfies never
  }
}

/**
 * Reads files. The paths are written as literals: mixing a bound file name with options of the reader is broken in
 * DuckDB (its issue 21578). Whatever it would guess is said, or else it reads one file in another way than the next.
 */
function files(relation: FileRelation, columns: readonly SourceColumn[]): string {
  const { format, paths } = relation
  const { inFiles, inPaths } = splitColumns(relation, columns)
  const reader = (name: string, options: readonly string[]): string =>
    `${name}(${[`[${paths.map(quotePath).join(', ')}]`, ...options, ...partitioning(relation, inPaths)].join(', ')})`
  switch (format) {
    case 'parquet':
      // Without it the first file's types hold for all: the next one's 1.25 was read as 1.3, and '007' as 7.
      return reader('read_parquet', paths.length > 1 ? ['union_by_name = true'] : [])
    case 'csv':
      return reader('read_csv', [
        ...csvOptions(relation),
        ...(inFiles.length > 0 ? [`types = ${typesOf(inFiles)}`] : []),
      ])
    case 'json':
      // It wants a column at least; one that no object has is NULL in each.
      return reader('read_json', [`columns = ${typesOf(columns.length > 0 ? [...inFiles, ...inPaths] : [noColumn])}`])
    default:
      return format satisfies never
  }
}

const noColumn: SourceColumn = { name: '_', type: 'string' }

/**
 * An unquoted nothing is NULL, "" is the empty text. Types are given, '00123' is a text, so one file is enough to find
 * the header in: it would look into ten, also those whose folders say that they don't count.
 */
function csvOptions({ delimiter }: FileRelation): readonly string[] {
  return [
    'header = true',
    ...(delimiter === undefined ? [] : [`delim = ${quoteText(delimiter)}`]),
    // An apostrophe around every value was taken for the quote, and cut off.
    `quote = '"'`,
    `escape = '"'`,
    `comment = ''`,
    `nullstr = ''`,
    'allow_quoted_nulls = false',
    'files_to_sniff = 1',
  ]
}

/** Folders are columns only where the relation says so: DuckDB would take them for columns that files have too. */
function partitioning({ partitionColumns }: FileRelation, inPaths: readonly SourceColumn[]): readonly string[] {
  if (partitionColumns === undefined) return ['hive_partitioning = false']
  const types = inPaths.length > 0 ? [`hive_types = ${typesOf(inPaths)}`] : []
  return ['hive_partitioning = true', 'hive_types_autocast = false', ...types]
}

/** Those in the paths are called as the paths spell them: DuckDB wants the types of no other name. */
function splitColumns(
  { partitionColumns = [] }: FileRelation,
  columns: readonly SourceColumn[],
): { readonly inFiles: readonly SourceColumn[]; readonly inPaths: readonly SourceColumn[] } {
  const spelt = new Map(partitionColumns.map((name) => [name.toLowerCase(), name]))
  const spellingOf = ({ name }: SourceColumn): string | undefined => spelt.get(name.toLowerCase())
  return {
    inFiles: columns.filter((column) => spellingOf(column) === undefined),
    inPaths: columns.flatMap((column) => {
      const name = spellingOf(column)
      return name === undefined ? [] : [{ ...column, name }]
    }),
  }
}

/** A path as a literal that finds this file alone: DuckDB takes `*`, `?` and `[` for a pattern. */
function quotePath(path: string): string {
  return quoteText(path.replaceAll(/[*?[]/g, '[$&]'))
}

/**
 * Where a row stands in its source: what makes an order total, so that ties come out the same on each run. The readers
 * of text don't know.
 */
export function duckdbFilePosition(relation: Relation, table: string): readonly string[] {
  if (relation.kind === 'duckdb') return [`${table}.rowid`]
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
