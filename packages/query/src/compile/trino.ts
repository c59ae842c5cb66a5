import type { SqlParameter } from '../compiled-query.ts'
import type { ColumnType, Relation } from '../dataset.ts'
import type { ColumnField } from '../plan/field.ts'
import { decimalOf } from './decimal-of.ts'
import type { Dialect, NumberDomain } from './dialect.ts'
import { isComparable } from './exact-digits.ts'
import { quoteName, quoteText } from './quote.ts'
import { booleanForm, dateForm, exactForm, isFloating, numberForm, timestampForm, wholeForm } from './trino-forms.ts'

/**
 * Trino, with the session's time zone UTC. Every value of a result comes as text in its file form, also whole numbers:
 * its client protocol is JSON, in which a BIGINT loses digits.
 *
 * Values of the query stand in the text as typed literals. Trino's parameters are numbered by their place in the text,
 * and ours in the order in which clauses are made; a Trino literal knows one escape, the doubled quote, so a quoted value
 * stays a value.
 */
export const trino: Dialect = {
  name: 'trino',
  quoteName,
  parameter: literal,
  relation,
  keepsOrder: () => false,
  // Nothing says which version of a table it is, so nobody can be promised the same bytes of it; and to sort what outgrows
  // one machine takes more memory than to pass it on.
  leavesOrder: true,
  largestLimit: 2_147_483_647,
  // No row of a table has a place. Orders are made total by what is selected.
  filePosition: () => [],
  // A CHAR would be compared without the blanks at its end.
  owner: (column) => `CAST(${column} AS VARCHAR)`,
  isOfAccount: (column, accountId) => `CAST(${column} AS VARCHAR) = ${accountId}`,
  isOfAccounts: (column, accountIds) => `CAST(${column} AS VARCHAR) IN (${accountIds.join(', ')})`,
  columnValue: ({ type }, column) => columnValues[type](column),
  finite,
  isFloating,
  isWide: (number) => `typeof(${number}) LIKE 'decimal(3_,%'`,
  numberIn: (domain, sql) => `CAST(${sql} AS ${numberTypes[domain]})`,
  // A sum of BIGINT would be one too.
  wholeAddend: (number) => `CAST(${number} AS ${numberTypes.whole})`,
  // A cast of a REAL takes its own digits, as that of a double does.
  decimalOf,
  // The mean of a DECIMAL would be one too, rounded to its scale.
  mean: (addend) => `CAST(sum(${addend}) AS DOUBLE) / CAST(count(${addend}) AS DOUBLE)`,
  columnForm,
  wholeForm,
  numberForm,
  exactForm,
  isOneOf: (value, list, negated) => `${value} ${negated ? 'NOT ' : ''}IN (${list.join(', ')})`,
  caseless: (text) => `lower(${text})`,
  like,
}

/**
 * A cast to the type that a column has anyway is none, so filters reach the connector. Those of decimals don't: of a double
 * that is no number (NaN, infinity) Trino would say that it is unequal to all and larger than none.
 *
 * An instant is one whatever zone it was written in. Without a zone it is in the session's, which is UTC: there Trino turns
 * the cast of a column round into one of the value it is compared with, so these filters reach the connector too.
 */
const columnValues: Record<ColumnType, (column: string) => string> = {
  string: (column) => `CAST(${column} AS VARCHAR)`,
  integer: (column) => `CAST(${column} AS BIGINT)`,
  decimal: finite,
  boolean: (column) => `CAST(${column} AS BOOLEAN)`,
  date: (column) => `CAST(${column} AS DATE)`,
  timestamp: (column) => `CAST(${column} AS TIMESTAMP(6) WITH TIME ZONE)`,
}

// DECIMAL(38, 0) is the widest whole number that there is.
const numberTypes: Record<NumberDomain, string> = { whole: 'DECIMAL(38, 0)', floating: 'DOUBLE' }

function finite(number: string): string {
  return `CASE WHEN is_finite(${number}) THEN ${number} END`
}

function relation(relation: Relation): string {
  if (relation.kind !== 'trino') throw new Error(`Trino can't read ${relation.kind}: it reads tables of its catalogs`)
  return [relation.catalog, relation.schema, relation.table].map(quoteName).join('.')
}

function columnForm({ type, booleanForms }: ColumnField, value: string): string {
  switch (type) {
    case 'string':
      return value
    case 'integer':
      return wholeForm(value)
    case 'decimal':
      return numberForm(value)
    case 'boolean':
      return booleanForm(value, booleanForms)
    case 'date':
      return dateForm(value)
    case 'timestamp':
      return timestampForm(value)
    default:
      return type satisfies never
  }
}

function literal(parameter: SqlParameter): string {
  switch (parameter.type) {
    case 'string':
      return textLiteral(parameter.value)
    case 'integer':
      return String(parameter.value)
    case 'decimal':
      return isComparable(parameter.value) ? `DECIMAL '${parameter.value}'` : `DOUBLE '${parameter.value}'`
    case 'boolean':
      return parameter.value ? 'TRUE' : 'FALSE'
    case 'date':
      return `DATE '${parameter.value}'`
    case 'timestamp':
      return `TIMESTAMP '${timestampText(parameter.value)} UTC'`
    default:
      return parameter satisfies never
  }
}

// A statement goes to Trino as UTF-8, which has no half of a surrogate pair: a driver would put U+FFFD there, as DuckDB's
// does. U+0000 has no place in a literal as it is.
const loneSurrogates = /\p{Surrogate}/gu

function textLiteral(text: string): string {
  const whole = text.replaceAll(loneSurrogates, '\u{FFFD}')
  if (!whole.includes('\0')) return quoteText(whole)
  const escaped = whole.replaceAll('\\', '\\\\').replaceAll('\0', '\\0000').replaceAll(`'`, `''`)
  return `U&'${escaped}'`
}

const microsPerSecond = 1_000_000n

/** `yyyy-MM-dd HH:mm:ss.ffffff` of microseconds since 1970. */
function timestampText(atMicros: bigint): string {
  const micros = ((atMicros % microsPerSecond) + microsPerSecond) % microsPerSecond
  const seconds = (atMicros - micros) / microsPerSecond
  const text = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19).replace('T', ' ')
  return `${text}.${String(micros).padStart(6, '0')}`
}

function like(text: string, pattern: string, written: string, negated: boolean): string {
  const escape = written.includes('\\') ? String.raw` ESCAPE '\'` : ''
  return `${text} ${negated ? 'NOT ' : ''}LIKE ${pattern}${escape}`
}
