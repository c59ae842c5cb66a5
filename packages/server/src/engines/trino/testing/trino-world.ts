import { trino } from '@almanac/query'
import type { ColumnType, Dataset, SqlParameter } from '@almanac/query'
import type { SqlRow } from '../../../../../query/test/dataset-files.ts'
import type { NaiveRow } from '../../../../../query/test/naive/row.ts'
import { salesTypes } from '../../../../../query/test/sales-world.ts'
import { textOfExact } from '../../../../../query/test/naive/exact.ts'
import { runStatement } from '../run-statement.ts'
import type { TrinoRow } from '../trino-answer.ts'
import type { TrinoConnection } from '../trino-settings.ts'

/** Runs a statement by the product's own client, and gives all its rows. */
export async function rowsOfTrino(connection: TrinoConnection, sql: string): Promise<readonly TrinoRow[]> {
  const rows: TrinoRow[] = []
  const { signal } = new AbortController()
  for await (const { rows: some } of runStatement(connection, sql, { timeLimitMs: 300_000 }, signal)) rows.push(...some)
  return rows
}

const types = { ...salesTypes, At: 'TIMESTAMP(6)' } as const

/** Puts rows of the sales dataset into a table of the memory catalog. */
export async function writeSales(connection: TrinoConnection, table: string, rows: readonly NaiveRow[]): Promise<void> {
  const columns = Object.entries(types)
  const declared = columns.map(([name, type]) => `"${name}" ${type}`).join(', ')
  const tuples = rows.map((row) => `(${columns.map(([name, type]) => literalOf(row[name] ?? null, type)).join(', ')})`)
  await rowsOfTrino(connection, `DROP TABLE IF EXISTS ${table}`)
  await rowsOfTrino(connection, `CREATE TABLE ${table} (${declared})`)
  await rowsOfTrino(connection, `INSERT INTO ${table} VALUES ${tuples.join(',\n')}`)
}

const declaredTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18, 4)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP(6)',
}

/** Puts rows of any dataset into a table, each column in the type that the files of DuckDB's tests have. */
export async function writeTable(
  connection: TrinoConnection,
  table: string,
  { columns }: Dataset,
  rows: readonly SqlRow[],
): Promise<void> {
  const declared = columns.map(
    ({ name, type }) => `"${name}" ${name.endsWith('Value') ? 'DOUBLE' : declaredTypes[type]}`,
  )
  const tuples = rows.map((row) => `(${columns.map(({ name }) => row[name] ?? 'NULL').join(', ')})`)
  await rowsOfTrino(connection, `DROP TABLE IF EXISTS ${table}`)
  await rowsOfTrino(connection, `CREATE TABLE ${table} (${declared.join(', ')})`)
  await rowsOfTrino(connection, `INSERT INTO ${table} VALUES ${tuples.join(',\n')}`)
}

function literalOf(value: NaiveRow[string], type: string): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return doubleOf(value)
  if (typeof value === 'string') return type === 'DATE' ? `DATE '${value}'` : literal({ type: 'string', value })
  if (type !== 'TIMESTAMP(6)') return `DECIMAL '${textOfExact(value)}'`
  return `CAST(${literal({ type: 'timestamp', value })} AS TIMESTAMP(6))`
}

function doubleOf(value: number): string {
  if (Number.isNaN(value)) return 'nan()'
  if (!Number.isFinite(value)) return value > 0 ? 'infinity()' : '-infinity()'
  return `DOUBLE '${Object.is(value, -0) ? '-0.0' : value}'`
}

function literal(parameter: SqlParameter): string {
  return trino.parameter(parameter, () => 0)
}
