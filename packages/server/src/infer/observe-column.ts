import type { Reader } from './open-reader.ts'
import type { PhysicalColumn } from './physical-columns.ts'
import { sqlName } from './sql-text.ts'

/** What can be known of data from a bounded look at them. */
export interface Observation {
  readonly columns: readonly ObservedColumn[]
  /** Rows that were looked at. */
  readonly rows: number
  /** Whether these are all. */
  readonly isAll: boolean
  /** All rows of the files, where that is known without reading them. */
  readonly totalRows: number | null
  /** Whether a text stays one, whatever all of them look like: an engine reads these data that casts little. */
  readonly keepsTypes: boolean
}

export interface ObservedColumn extends PhysicalColumn {
  /** Whether its values stand in the paths of the files: `…/day=2024-05-01/part-0.parquet`. */
  readonly inFolders: boolean
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

const nested = /[[({]|STRUCT|MAP|LIST|UNION|BLOB|BIT/

/** Whether a column holds one value a row that can be written to a file: no list, no structure, no bytes. */
export function isFlat({ type }: PhysicalColumn): boolean {
  return !nested.test(type.replace(/^(DECIMAL|ENUM)\(.*\)$/, '$1'))
}

export interface ColumnHints {
  readonly sniffed: Looks['sniffed']
  /** Smallest and largest time of all rows, not only of those that were looked at, where that is known. */
  readonly spanOf: (column: string) => Promise<readonly [least: string, greatest: string] | undefined>
}

/** Looks at a column of the rows that stand in the reader's table `looked_at`. */
export async function observeColumn(
  reader: Reader,
  column: PhysicalColumn,
  { sniffed, spanOf }: ColumnHints,
): Promise<ObservedColumn> {
  if (!isFlat(column)) {
    return {
      ...column,
      inFolders: false,
      filled: 0,
      distinct: 0,
      values: null,
      looks: noLooks,
      least: null,
      greatest: null,
    }
  }
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
  const [least = null, greatest = null] = (isTime ? await spanOf(column.name) : undefined) ?? ends
  const isFew = areFew(distinct, Number(seen['longest']))
  const values = isFew ? await valuesOf(reader, column) : null
  return { ...column, inFolders: false, filled, distinct, looks, least, greatest, values }
}

const fewValues = 24
const shortText = 60

/** Whether a column has so few and so short values that they can be listed. */
export function areFew(distinct: number, longest: number): boolean {
  return distinct > 0 && distinct <= fewValues && longest <= shortText
}

export const noLooks: Looks = {
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
