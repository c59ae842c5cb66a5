import type { SqlParameter } from '../compiled-query.ts'
import type { ColumnType } from '../dataset.ts'
import type { ColumnField } from '../plan/field.ts'
import { decimalOf, sumType, tooLarge } from './decimal-of.ts'
import type { Dialect, NumberDomain } from './dialect.ts'
import { duckdbFilePosition, duckdbRelation } from './duckdb-relation.ts'
import { booleanForm, dateForm, exactForm, isFloating, numberForm, timestampForm } from './duckdb-forms.ts'
import { isComparable } from './exact-digits.ts'
import { quoteName } from './quote.ts'

/** DuckDB 1.5, in UTC (`SET TimeZone = 'UTC'`), with the insertion order preserved (its default). */
export const duckdb: Dialect = {
  name: 'duckdb',
  quoteName,
  parameter,
  relation: duckdbRelation,
  // Threads come to the rows of a table in any order, those of files are put back into theirs.
  keepsOrder: ({ kind }) => kind === 'files',
  leavesOrder: false,
  largestLimit: Number.MAX_SAFE_INTEGER,
  filePosition: duckdbFilePosition,
  // Bare, so that it prunes row groups.
  owner,
  isOfAccount,
  // Never bare: one id that is no number would fail the scan for everybody. Who reads for all reads all row groups.
  isOfAccounts: (column, accountIds) => `${owner(column)} IN (${accountIds.join(', ')})`,
  columnValue: ({ type }, column) => columnValues[type](column),
  finite,
  isFloating,
  isWide: (number) => `(typeof(${number}) LIKE 'DECIMAL(3_,%' OR typeof(${number}) LIKE '%HUGEINT')`,
  numberIn: (domain, sql) => `CAST(${sql} AS ${numberTypes[domain]})`,
  // A sum of BIGINT is a HUGEINT.
  wholeAddend: (number) => number,
  decimalOf: (number) =>
    `CASE WHEN typeof(${number}) = 'FLOAT' THEN ${decimalOfFloat(number)} ELSE ${decimalOf(number)} END`,
  // By way of its text a sum becomes the nearest double, in every engine; `avg` divides in more digits than others have.
  mean: (addend) => `CAST(CAST(sum(${addend}) AS VARCHAR) AS DOUBLE) / count(${addend})`,
  columnForm,
  wholeForm: (number) => number,
  numberForm,
  exactForm,
  isOneOf,
  caseless: (text) => `lower(${text})`,
  like,
}

/**
 * A cast to the type that a column has anyway is none (DuckDB drops it), so filters still reach the Parquet reader and
 * skip row groups. A decimal stays as its files have it: DECIMAL is exact, and casting it to a wider one made raw
 * exports ten times slower. Only a floating one can be no number (NaN, infinity), which counts as absent.
 */
const columnValues: Record<ColumnType, (column: string) => string> = {
  string: (column) => `CAST(${column} AS VARCHAR)`,
  integer: (column) => `CAST(${column} AS BIGINT)`,
  decimal: finite,
  boolean: (column) => `CAST(${column} AS BOOLEAN)`,
  date: (column) => `CAST(${column} AS DATE)`,
  timestamp: (column) => `CAST(${column} AS TIMESTAMP)`,
}

// HUGEINT holds any sum of 64-bit numbers, and any product of two.
const numberTypes: Record<NumberDomain, string> = { whole: 'HUGEINT', floating: 'DOUBLE' }

/**
 * Of a number with a point the digits before it, where only zeros follow: 7 is the account `7`, whether it stands there as 7,
 * 7.0 or 7.00. Another one is nobody's.
 */
function owner(column: string): string {
  const hasPoint = `typeof(${column}) IN ('DOUBLE', 'FLOAT') OR typeof(${column}) LIKE 'DECIMAL%'`
  const text = `CAST(${column} AS VARCHAR)`
  return `CASE WHEN ${hasPoint} THEN nullif(regexp_extract(${text}, '^(-?[0-9]+)(\\.0+)?$', 1), '') ELSE ${text} END`
}

/**
 * Compared twice. Bare, since only so are row groups passed over; of two texts that is all, and DuckDB drops the rest when it
 * plans. But a number is equal to many texts (7 to `7`, `007` and `7.4`), and these are other accounts.
 */
function isOfAccount(column: string, accountId: string): string {
  return `${column} = ${accountId} AND ${owner(column)} = ${accountId}`
}

/** DuckDB knows the type when it plans, so that an exact number costs no test. */
function finite(number: string): string {
  return `CASE WHEN ${isFloating(number)} AND NOT isfinite(${number}) THEN NULL ELSE ${number} END`
}

/** It has seven digits that are sure, not fifteen; DuckDB's text of it has just these. */
function decimalOfFloat(number: string): string {
  return `CASE WHEN abs(${number}) < ${tooLarge} THEN CAST(CAST(${number} AS VARCHAR) AS ${sumType}) END`
}

function columnForm(field: ColumnField, value: string): string {
  switch (field.type) {
    case 'string':
    case 'integer':
      return value
    case 'decimal':
      return numberForm(value)
    case 'boolean':
      return booleanForm(value, field.booleanForms)
    case 'date':
      return dateForm(value)
    case 'timestamp':
      return timestampForm(value)
    default:
      return field.type satisfies never
  }
}

function parameter(parameter: SqlParameter, bind: () => number): string {
  const place = `$${bind()}`
  if (parameter.type !== 'decimal') return place
  // Comparing needs a type that holds both sides; where there is none DuckDB fails, so the nearest double has to do.
  return isComparable(parameter.value) ? place : `CAST(${place} AS DOUBLE)`
}

function like(text: string, pattern: string, written: string, negated: boolean): string {
  // Only with an escape is the fast form for '%…%' lost, and only a pattern with a backslash needs one.
  const escape = written.includes('\\') ? String.raw` ESCAPE '\'` : ''
  return `${text} ${negated ? 'NOT ' : ''}LIKE ${pattern}${escape}`
}

/**
 * Of five values or more DuckDB makes a join, behind which rows have no order: another one on each run. A list is looked
 * through, which was never slower (a thousand texts in ten million rows: 190 ms instead of 450).
 */
function isOneOf(value: string, list: readonly string[], negated: boolean): string {
  const values = list.join(', ')
  if (list.length < 5) return `${value} ${negated ? 'NOT ' : ''}IN (${values})`
  return `${negated ? 'NOT ' : ''}list_contains([${values}], ${value})`
}
