import type { SqlParameter } from '@almanac/query'
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBTimestampValue,
  type DuckDBPreparedStatement,
} from '@duckdb/node-api'
import { dayMs } from '../../kernel/hours.ts'
import { invariant } from '../../kernel/invariant.ts'

/**
 * Binds the parameters of a compiled query, each with its type: a date bound as text would be compared as text where
 * the column has another type, and would not prune row groups.
 */
export function bindParameters(statement: DuckDBPreparedStatement, parameters: readonly SqlParameter[]): void {
  for (const [index, parameter] of parameters.entries()) bind(statement, index + 1, parameter)
}

function bind(statement: DuckDBPreparedStatement, index: number, parameter: SqlParameter): void {
  switch (parameter.type) {
    case 'string':
      return statement.bindVarchar(index, parameter.value)
    case 'integer':
      return bindInteger(statement, index, parameter.value)
    case 'decimal':
      return bindDecimal(statement, index, parameter.value)
    case 'boolean':
      return statement.bindBoolean(index, parameter.value)
    case 'date':
      return statement.bindDate(index, new DuckDBDateValue(daysSince1970(parameter.value)))
    case 'timestamp':
      return statement.bindTimestamp(index, new DuckDBTimestampValue(parameter.value))
    default:
      return parameter satisfies never
  }
}

function bindInteger(statement: DuckDBPreparedStatement, index: number, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) return statement.bindBigInt(index, value)
  invariant(BigInt.asIntN(128, value) === value, 'an integer literal has at most 128 bits')
  return statement.bindHugeInt(index, value)
}

// DuckDB's widest exact number.
const widestDecimal = 38

/** As narrow as the digits allow: comparing needs a type that holds both sides, and a wide literal would leave none. */
function bindDecimal(statement: DuckDBPreparedStatement, index: number, text: string): void {
  const [, sign, whole = '', fraction = ''] = /^([+-]?)(\d*)\.?(\d*)$/.exec(text) ?? []
  const digits = `${whole}${fraction}`
  invariant(digits !== '', `'${text}' is a plain decimal`)
  const significant = digits.replace(/^0+/, '')
  const width = Math.max(significant.length, fraction.length, 1)
  // Beyond what the exact type holds, the nearest double is as good as any answer.
  if (width > widestDecimal) return statement.bindDouble(index, Number(text))
  const scaled = BigInt(digits)
  return statement.bindDecimal(index, new DuckDBDecimalValue(sign === '-' ? -scaled : scaled, width, fraction.length))
}

function daysSince1970(date: string): number {
  const at = Date.parse(`${date}T00:00:00Z`)
  invariant(Number.isInteger(at), `'${date}' is a date`)
  return at / dayMs
}
