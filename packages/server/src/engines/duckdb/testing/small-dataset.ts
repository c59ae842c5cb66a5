import type { ColumnType, CompiledQuery, SqlParameter } from '@almanac/query'
import { DuckDBInstance } from '@duckdb/node-api'

/** Runs SQL in an engine of the test's own, outside the sandbox: to make Parquet files. */
export async function runSql(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run(sql)
  connection.closeSync()
  instance.closeSync()
}

/** A compiled query by hand: columns are `name:type`, text when no type is given. */
export function handMade(
  sql: string,
  columns: readonly string[],
  parameters: readonly SqlParameter[] = [],
): CompiledQuery {
  return {
    dataset: 'Test',
    dialect: 'duckdb',
    sql,
    parameters,
    columns: columns.map((column) => {
      const [name = '', type = 'string'] = column.split(':')
      return { name, type: type as ColumnType }
    }),
    window: null,
  }
}

/** A query that doesn't end within a test, and has written nothing by then. */
export const endlessCount = handMade(
  'SELECT count(*)::VARCHAR FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11',
  ['count'],
)

/** A query that writes and writes. */
export const endlessRows = handMade('SELECT a.range::VARCHAR FROM range(10000000) a, range(10000000) b', ['n'])
