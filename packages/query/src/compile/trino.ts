import type { SqlParameter } from '../compiled-query.ts'
import type { AggregateFunction, ColumnType, Relation } from '../dataset.ts'
import type { ColumnField, Field } from '../plan/field.ts'
import type { AggregateArgument, Dialect, NumberDomain } from './dialect.ts'
import { isComparable } from './exact-digits.ts'
import { quoteName, quoteText } from './quote.ts'
import { booleanForm, dateForm, numberForm, timestampForm, wholeForm } from './trino-forms.ts'

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
  // No row of a table has a place. Orders are made total by what is selected.
  filePosition: () => [],
  columnValue: ({ type }, column) => columnValues[type](column),
  aggregate: (name, argument) => (argument === null ? 'count(*)' : aggregates[name](argument)),
  numberIn: (domain, sql) => `CAST(${sql} AS ${numberTypes[domain]})`,
  comparableMetric: ({ type }, value) => (type === 'decimal' ? `CAST(${value} AS DOUBLE)` : value),
  fileForm,
  caseless: (text) => `lower(${text})`,
  like,
}

/** A cast to the type that a column has anyway is none, so filters reach the connector. */
const columnValues: Record<ColumnType, (column: string) => string> = {
  string: (column) => `CAST(${column} AS VARCHAR)`,
  integer: (column) => `CAST(${column} AS BIGINT)`,
  decimal: (column) => column,
  boolean: (column) => `CAST(${column} AS BOOLEAN)`,
  date: (column) => `CAST(${column} AS DATE)`,
  timestamp: (column) => `CAST(${column} AS TIMESTAMP(6))`,
}

// DECIMAL(38, 0) is the widest whole number that there is.
const numberTypes: Record<NumberDomain, string> = { whole: 'DECIMAL(38, 0)', floating: 'DOUBLE' }

const aggregates: Record<AggregateFunction, (argument: AggregateArgument) => string> = {
  sum: (argument) => `sum(${exact(argument)})`,
  // The mean of a DECIMAL would be one too, rounded to its scale; DuckDB's is a double.
  avg: (argument) => `CAST(sum(${exact(argument)}) AS DOUBLE) / CAST(count(${exact(argument)}) AS DOUBLE)`,
  min: (argument) => `min(${present(argument)})`,
  max: (argument) => `max(${present(argument)})`,
  count: (argument) => `count(${present(argument)})`,
  countDistinct: (argument) => `count(DISTINCT ${present(argument)})`,
}

/**
 * What is added up: whole numbers without overflow, and others rounded to twelve places, so that a sum doesn't depend on
 * the order in which workers come to the rows. What is no number (NaN, infinity) counts as absent.
 */
function exact({ sql, type }: AggregateArgument): string {
  return type === 'integer'
    ? `CAST(${sql} AS DECIMAL(38, 0))`
    : `CAST(CASE WHEN is_finite(${sql}) THEN ${sql} END AS DECIMAL(38, 12))`
}

/** What is read, or worked out to a number. */
function present({ sql, type, isComputed }: AggregateArgument): string {
  return isComputed && type === 'decimal' ? `CASE WHEN is_finite(${sql}) THEN ${sql} END` : sql
}

function relation(relation: Relation): string {
  if (relation.kind !== 'trino') throw new Error(`Trino can't read ${relation.kind}: it reads tables of its catalogs`)
  return [relation.catalog, relation.schema, relation.table].map(quoteName).join('.')
}

function fileForm(field: Field, value: string, column: string | null, pass: (sql: string) => string): string {
  if (field.kind === 'column') return columnForm(field, value, pass)
  if (field.type === 'integer') return wholeForm(pass(value))
  const { expression } = field
  const isSum = expression.kind === 'aggregate' && expression.function === 'sum'
  if (!isSum) return numberForm(value, pass)
  // The twelve places to which each double was rounded would show in their sum; as a double it hides them again.
  if (column === null) return numberForm(`CAST(${value} AS DOUBLE)`, pass)
  const isFloating = pass(`typeof(max(${column})) IN ('double', 'real')`)
  return `CASE WHEN ${isFloating} THEN ${numberForm(`CAST(${value} AS DOUBLE)`, pass)} ELSE ${numberForm(value, pass)} END`
}

function columnForm(field: ColumnField, value: string, pass: (sql: string) => string): string {
  switch (field.type) {
    case 'string':
      return pass(value)
    case 'integer':
      return wholeForm(pass(value))
    case 'decimal':
      return numberForm(value, pass)
    case 'boolean':
      return booleanForm(pass(value), field.booleanForms)
    case 'date':
      return dateForm(pass(value))
    case 'timestamp':
      return timestampForm(pass(`CAST(${value} AS VARCHAR)`))
    default:
      return field.type satisfies never
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
      return `TIMESTAMP '${timestampText(parameter.value)}'`
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
