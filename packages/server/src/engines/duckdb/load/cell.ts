import type { Column, ColumnType } from '@almanac/query'
import { sqlText } from '../open-database.ts'

/** How one column of a file becomes a column of a part: pieces of SQL over a row of the file. */
export interface Cell {
  /** The value as a message shows it. */
  readonly text: string
  /** True where there is a value that the column can't take; never NULL. Null: the file's own type rules that out. */
  readonly wrong: string | null
  /** The value as the column stores it; `storedAs` is DuckDB's name of that type. */
  readonly value: (storedAs: string) => string
  /** Of a decimal: the digits before and after the point that the value needs. Right for values that are not wrong. */
  readonly digits?: { readonly whole: string; readonly fraction: string }
}

/** A column whose type in the file can't hold a wrong value. */
export function typedCell(value: string): Cell {
  return { text: `CAST(${value} AS VARCHAR)`, wrong: null, value: (storedAs) => `CAST(${value} AS ${storedAs})` }
}

/**
 * A column that is read from texts; `text` is SQL, NULL where there is no value. Nothing is guessed and nothing rounded:
 * DuckDB's casts would take `1.5` for 2, `1_000` for a thousand and `2024/1/1` for a date, so each text must first have
 * a form of its type.
 */
export function textCell(column: Column, text: string): Cell {
  const { right, ...read } = readers[column.type](text, column)
  return { text, wrong: right === null ? null : `(${text} IS NOT NULL AND NOT coalesce(${right}, false))`, ...read }
}

/** The same cell where something else can be wrong with it too; `condition` is SQL. */
export function alsoWrong(cell: Cell, condition: string): Cell {
  const both = [cell.wrong, `coalesce(${condition}, false)`].filter((one) => one !== null)
  return { ...cell, wrong: `(${both.join(' OR ')})` }
}

/** What a column takes, for a message that says that something is none. */
export function expectedOf({ type, booleanForms = ['false', 'true'] }: Column): string {
  const sentences: Record<ColumnType, string> = {
    string: 'a text',
    integer: 'a whole number',
    decimal: 'a number such as 1234.56',
    boolean: `${booleanForms.join(' or ')}${othersThan(booleanForms)}`,
    date: 'a date such as 2024-05-31',
    timestamp: 'a time such as 2024-05-31T23:59:59Z',
  }
  return sentences[type]
}

function othersThan(forms: readonly string[]): string {
  const own = new Set(forms.map((form) => form.toLowerCase()))
  const others = ['false', 'true', '0', '1'].filter((form) => !own.has(form))
  return others.length === 0 ? '' : ` (or ${others.join(', ')})`
}

interface Reader extends Pick<Cell, 'value' | 'digits'> {
  /** Whether a text that is there has the form; null when every text has. */
  readonly right: string | null
}

const readers: Record<ColumnType, (text: string, column: Column) => Reader> = {
  string: (text) => ({ right: null, value: () => text }),
  integer: readInteger,
  decimal: readDecimal,
  boolean: readBoolean,
  date: readDate,
  timestamp: readTimestamp,
}

/** `5.0` is a whole number too: tools that have no empty integers write it so. */
function readInteger(text: string): Reader {
  const value = `TRY_CAST(split_part(${text}, '.', 1) AS BIGINT)`
  return { right: `${hasForm(text, String.raw`[+-]?\d+(\.0*)?`)} AND ${value} IS NOT NULL`, value: () => value }
}

function readDecimal(text: string): Reader {
  const finite = `isfinite(TRY_CAST(${text} AS DOUBLE))`
  return {
    right: `${hasForm(text, String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?`)} AND ${finite}`,
    value: (storedAs) => `CAST(${text} AS ${storedAs})`,
    digits: digitsOf(text),
  }
}

/** Zeros that carry nothing don't count: a column of `1.50000000000000000000` is no wider than one of `1.5`. */
function digitsOf(text: string): { readonly whole: string; readonly fraction: string } {
  const exponent = `coalesce(TRY_CAST(regexp_extract(${text}, '[eE](.*)$', 1) AS INTEGER), 0)`
  const mantissa = `regexp_replace(${text}, '[eE].*$', '')`
  const wholeOf = (number: string) => `length(ltrim(split_part(${number}, '.', 1), '+-0'))`
  const fractionOf = (number: string) => `length(rtrim(split_part(${number}, '.', 2), '0'))`
  const either = (plain: string, withExponent: string) =>
    `CASE WHEN contains(lower(${text}), 'e') THEN greatest(0, ${withExponent}) ELSE ${plain} END`
  return {
    whole: either(wholeOf(text), `${wholeOf(mantissa)} + ${exponent}`),
    fraction: either(fractionOf(text), `${fractionOf(mantissa)} - ${exponent}`),
  }
}

/** The column's own forms in any case, and true, false, 1, 0 where these don't say the opposite. */
function readBoolean(text: string, { booleanForms = ['false', 'true'] }: Column): Reader {
  const [no, yes] = booleanForms.map((form) => form.toLowerCase())
  const list = (own: string | undefined, others: readonly string[], taken: string | undefined) =>
    [...new Set([own ?? '', ...others.filter((other) => other !== taken)])].map(sqlText).join(', ')
  const given = `lower(${text})`
  const [whenTrue, whenFalse] = [list(yes, ['true', '1'], no), list(no, ['false', '0'], yes)]
  return {
    right: `${given} IN (${whenTrue}, ${whenFalse})`,
    value: () => `CASE WHEN ${given} IN (${whenTrue}) THEN true WHEN ${given} IN (${whenFalse}) THEN false END`,
  }
}

/** Midnight is a date too: many tools write one with a time. */
function readDate(text: string): Reader {
  const form = String.raw`\d{4}-\d{2}-\d{2}([T ]00:00(:00(\.0+)?)?(Z|[+-]00(:00)?)?)?`
  const value = `TRY_CAST(left(${text}, 10) AS DATE)`
  return { right: `${hasForm(text, form)} AND ${value} IS NOT NULL`, value: () => value }
}

/** UTC unless it has an offset. Digits beyond microseconds are cut off. */
function readTimestamp(text: string): Reader {
  const form = String.raw`\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}(:\d{2})?)?)?`
  const withOffset = `TRY_CAST(${text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'`
  // Time zones are slow, and few files need them.
  const value = `CASE WHEN regexp_matches(substr(${text}, 20), '[+-]') THEN ${withOffset} ELSE TRY_CAST(rtrim(${text}, 'Z') AS TIMESTAMP) END`
  return { right: `${hasForm(text, form)} AND ${value} IS NOT NULL`, value: () => value }
}

function hasForm(text: string, pattern: string): string {
  return `regexp_full_match(${text}, ${sqlText(pattern)})`
}
