import { DuckDBDateValue, DuckDBDecimalValue, DuckDBInstance, DuckDBTimestampValue } from '@duckdb/node-api'
import type { DuckDBConnection, DuckDBPreparedStatement, DuckDBValue, Json } from '@duckdb/node-api'
import type { CompiledQuery, SqlParameter } from '../src/index.ts'

export type Row = readonly Json[]

/** A DuckDB of its own, as the product runs it. */
export async function openDuckDb(threads: number): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) })
  const connection = await instance.connect()
  await connection.run(`SET GLOBAL TimeZone = 'UTC'`)
  return connection
}

export async function rowsOf(connection: DuckDBConnection, query: CompiledQuery): Promise<readonly Row[]> {
  const statement = await prepare(connection, query, query.sql)
  return (await statement.runAndReadAll()).getRowsJson()
}

/** How DuckDB means to run a query, as text. */
export async function planOf(connection: DuckDBConnection, query: CompiledQuery): Promise<string> {
  const statement = await prepare(connection, query, `EXPLAIN ${query.sql}`)
  return JSON.stringify((await statement.runAndReadAll()).getRowsJson())
}

/** Writes the result as the product does: COPY, and the header from the query's own columns. */
export async function copyTo(connection: DuckDBConnection, query: CompiledQuery, path: string): Promise<void> {
  const header = query.columns
    .map(({ name }) => name)
    .join(',')
    .replaceAll(`'`, `''`)
  const options = `FORMAT csv, HEADER false, PREFIX '${header}\n', SUFFIX '\n'`
  const statement = await prepare(connection, query, `COPY (${query.sql}) TO '${path}' (${options})`)
  await statement.run()
}

async function prepare(
  connection: DuckDBConnection,
  { parameters }: CompiledQuery,
  sql: string,
): Promise<DuckDBPreparedStatement> {
  const statement = await connection.prepare(sql)
  for (const [index, parameter] of parameters.entries()) {
    // As the product binds it: a bigint by itself would become a HUGEINT, and compare in other ways.
    if (parameter.type === 'integer') statement.bindBigInt(index + 1, parameter.value)
    else statement.bindValue(index + 1, duckDbValue(parameter))
  }
  return statement
}

function duckDbValue(parameter: Exclude<SqlParameter, { readonly type: 'integer' }>): DuckDBValue {
  switch (parameter.type) {
    case 'string':
    case 'boolean':
      return parameter.value
    case 'decimal': {
      const [whole = '', fraction = ''] = parameter.value.split('.')
      const digits = `${whole}${fraction}`
      if (digits.length > 38) return Number(parameter.value)
      return new DuckDBDecimalValue(BigInt(digits), Math.max(digits.replace('-', '').length, 1), fraction.length)
    }
    case 'date':
      return new DuckDBDateValue(Date.parse(`${parameter.value}T00:00:00Z`) / 86_400_000)
    case 'timestamp':
      return new DuckDBTimestampValue(parameter.value)
    default:
      return parameter satisfies never
  }
}
