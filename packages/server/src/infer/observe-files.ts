import type { FoundFiles } from './find-files.ts'
import { InferError } from './infer-error.ts'
import type { Reader } from './open-reader.ts'
import { physicalColumns, readUndeclared, type PhysicalColumn } from './physical-columns.ts'
import { sqlName, sqlText } from './sql-text.ts'

/** What can be known of data files from a bounded look at them. */
export interface Observation {
  readonly columns: readonly ObservedColumn[]
  /** Rows that were looked at. */
  readonly rows: number
  /** Whether these are all. */
  readonly isAll: boolean
  /** All rows of the files, where that is known without reading them. */
  readonly totalRows: number | null
}

export interface ObservedColumn extends PhysicalColumn {
  /** Rows that have a value. */
  readonly filled: number
  readonly distinct: number
  /** The values, each once and sorted, where they are few and short. */
  readonly values: readonly string[] | null
  /** What all of its texts look like. */
  readonly looks: Looks
  /** The smallest and largest value as a number, a date or a text, whatever it is; null without values. */
  readonly least: string | null
  readonly greatest: string | null
}

export interface Looks {
  readonly wholeNumber: boolean
  readonly number: boolean
  /** A whole number such as `007`, in one row at least. */
  readonly leadingZeros: boolean
  readonly date: boolean
  readonly timestamp: boolean
  /** Read by the engine's CSV reader as a date or timestamp although it isn't written year first. */
  readonly sniffed: 'DATE' | 'TIMESTAMP' | null
}

const fileNumber = sqlName('almanac: which file')
const sampledFiles = 20
const fewValues = 24
const shortText = 60

/**
 * Looks at the first rows of up to twenty files, evenly chosen, at most `sampleRows` in all: so that a folder of any size
 * takes seconds. Of Parquet files the footers say how many rows there are and between which days they lie.
 */
export async function observeFiles(reader: Reader, found: FoundFiles, sampleRows: number): Promise<Observation> {
  const chosen = evenly(found.paths, sampledFiles)
  const columns = await columnsOf(reader, found, chosen)
  const rowsPerFile = Math.max(1, Math.floor(sampleRows / chosen.length))

  const parts = chosen.map(
    (path, index) =>
      `(SELECT *, ${index} AS ${fileNumber} FROM ${readUndeclared(found.format, path)} LIMIT ${rowsPerFile})`,
  )
  await reader.rows(`CREATE OR REPLACE TEMP TABLE looked_at AS ${parts.join(' UNION ALL BY NAME ')}`)
  const counts = await reader.rows(`SELECT count(*) AS rows FROM looked_at GROUP BY ${fileNumber}`)
  const rowsOf = counts.map(({ rows }) => Number(rows))
  const rows = rowsOf.reduce((sum, each) => sum + each, 0)
  const total = await totalRows(reader, found)
  // A text file that has given as many as were asked for may have more.
  const isAll =
    total === null ? chosen.length === found.paths.length && rowsOf.every((each) => each < rowsPerFile) : total === rows
  const sniffed = await sniffedTypes(reader, found, chosen[0] ?? '')

  const observed: ObservedColumn[] = []
  for (const column of columns) observed.push(await observe(reader, found, column, sniffed.get(column.name) ?? null))
  return { columns: observed, rows, isAll, totalRows: isAll ? rows : total }
}

async function columnsOf(
  reader: Reader,
  { format }: FoundFiles,
  paths: readonly string[],
): Promise<readonly PhysicalColumn[]> {
  const columns = new Map<string, PhysicalColumn>()
  for (const path of paths) {
    const inFile = await physicalColumns(reader, format, path).catch((error: unknown) => {
      const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
      throw new InferError(`${path} can't be read as ${format}: ${reason}`)
    })
    for (const column of inFile) if (!columns.has(column.name)) columns.set(column.name, column)
  }
  return [...columns.values()]
}

const nested = /[[({]|STRUCT|MAP|LIST|UNION|BLOB|BIT/

/** Whether a column holds one value a row that can be written to a file: no list, no structure, no bytes. */
export function isFlat({ type }: PhysicalColumn): boolean {
  return !nested.test(type.replace(/^(DECIMAL|ENUM)\(.*\)$/, '$1'))
}

async function observe(
  reader: Reader,
  found: FoundFiles,
  column: PhysicalColumn,
  sniffed: Looks['sniffed'],
): Promise<ObservedColumn> {
  if (!isFlat(column))
    return { ...column, filled: 0, distinct: 0, values: null, looks: noLooks, least: null, greatest: null }
  const isIn = (pattern: string): string => `coalesce(bool_and(regexp_full_match(v, '${pattern}')), false)`
  const [seen = {}] = await reader.rows(`
    SELECT
      count(v) AS filled,
      count(DISTINCT v) AS distinct_values,
      max(length(v)) AS longest,
      ${isIn('[+-]?[0-9]{1,18}')} AS whole_number,
      ${isIn('[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?')} AS number,
      coalesce(bool_or(regexp_full_match(v, '[+-]?0[0-9]+')), false) AS leading_zeros,
      ${isIn('[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}')} AND bool_and(try_cast(v AS DATE) IS NOT NULL) AS date,
      ${isIn('[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9].*)?')}
        AND bool_and(try_cast(v AS TIMESTAMP) IS NOT NULL) AS timestamp,
      CAST(min(try_cast(v AS DOUBLE)) AS VARCHAR) AS least_number,
      CAST(max(try_cast(v AS DOUBLE)) AS VARCHAR) AS greatest_number,
      CAST(min(try_cast(v AS TIMESTAMP)) AS VARCHAR) AS least_time,
      CAST(max(try_cast(v AS TIMESTAMP)) AS VARCHAR) AS greatest_time,
      min(v) AS least_text,
      max(v) AS greatest_text
    FROM (SELECT CAST(${sqlName(column.name)} AS VARCHAR) AS v FROM looked_at) AS texts`)
  const filled = Number(seen['filled'])
  const distinct = Number(seen['distinct_values'])
  const is = (look: string): boolean => filled > 0 && seen[look] === true
  const looks: Looks = {
    wholeNumber: is('whole_number'),
    number: is('number'),
    leadingZeros: is('leading_zeros'),
    date: is('date'),
    timestamp: is('timestamp'),
    sniffed,
  }
  const isTime = looks.date || looks.timestamp || /^(DATE|TIMESTAMP)/.test(column.type)
  const kind = isTime ? 'time' : looks.number ? 'number' : 'text'
  const ends = [seen[`least_${kind}`], seen[`greatest_${kind}`]].map((end) => (typeof end === 'string' ? end : null))
  const [least = null, greatest = null] = (isTime ? await footerSpan(reader, found, column.name) : undefined) ?? ends
  const isFew = distinct > 0 && distinct <= fewValues && Number(seen['longest']) <= shortText
  return { ...column, filled, distinct, looks, least, greatest, values: isFew ? await valuesOf(reader, column) : null }
}

const noLooks: Looks = {
  wholeNumber: false,
  number: false,
  leadingZeros: false,
  date: false,
  timestamp: false,
  sniffed: null,
}

async function valuesOf(reader: Reader, { name }: PhysicalColumn): Promise<readonly string[]> {
  const rows = await reader.rows(
    `SELECT DISTINCT CAST(${sqlName(name)} AS VARCHAR) AS v FROM looked_at WHERE v IS NOT NULL ORDER BY v`,
  )
  return rows.map(({ v }) => String(v))
}

/** What the engine's CSV reader makes of texts that aren't written year first: `03/04/2024`. */
async function sniffedTypes(
  reader: Reader,
  { format }: FoundFiles,
  path: string,
): Promise<ReadonlyMap<string, 'DATE' | 'TIMESTAMP'>> {
  if (format !== 'csv') return new Map()
  const options = `header = true, nullstr = '', allow_quoted_nulls = false, hive_partitioning = false`
  const rows = await reader.rows(`DESCRIBE SELECT * FROM read_csv(${sqlText(path)}, ${options})`)
  const typed = rows.map((row) => [String(row['column_name']), String(row['column_type'])] as const)
  return new Map(
    typed.flatMap(([name, type]) => (type === 'DATE' || type === 'TIMESTAMP' ? [[name, type] as const] : [])),
  )
}

async function totalRows(reader: Reader, { format, paths }: FoundFiles): Promise<number | null> {
  if (format !== 'parquet') return null
  const [counted] = await reader.rows(`SELECT sum(num_rows) AS rows FROM parquet_file_metadata(${list(paths)})`)
  return Number(counted?.['rows'] ?? 0)
}

/** Smallest and largest time as the footers have them, of all rows and not only of those that were looked at. */
async function footerSpan(
  reader: Reader,
  { format, paths }: FoundFiles,
  column: string,
): Promise<readonly [string, string] | undefined> {
  if (format !== 'parquet') return undefined
  const [span] = await reader.rows(
    `SELECT min(stats_min_value) AS least, max(stats_max_value) AS greatest, bool_and(stats_min_value IS NOT NULL) AS known
     FROM parquet_metadata(${list(paths)}) WHERE path_in_schema = ${sqlText(column)} AND num_values > 0`,
  )
  const { least, greatest, known } = span ?? {}
  // A group of rows without statistics, or with nothing but NULL, leaves the question open.
  return known === true && typeof least === 'string' && typeof greatest === 'string' ? [least, greatest] : undefined
}

function list(paths: readonly string[]): string {
  return `[${paths.map(sqlText).join(', ')}]`
}

/** The first, the last, and evenly between them. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  )
}
