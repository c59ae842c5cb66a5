import type { CompiledQuery } from '@almanac/query'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { PreviewValue } from '../../datasets/query-engine.ts'
import { invariant } from '../../kernel/invariant.ts'
import { bindParameters } from './bind-parameters.ts'
import { interruptible } from './interruptible.ts'
import { previewValue } from '../preview-value.ts'

/** The rows of a query, which has a LIMIT. Rejects with DuckDB's error. */
export function runPreview(
  connection: DuckDBConnection,
  query: CompiledQuery,
  stop: AbortSignal,
): Promise<readonly (readonly PreviewValue[])[]> {
  return interruptible(connection, stop, async () => {
    const statement = await connection.prepare(query.sql)
    bindParameters(statement, query.parameters)
    stop.throwIfAborted()
    const result = await statement.run()
    invariant(result.columnCount === query.columns.length, 'a compiled query selects the columns that it lists')
    const rows = await result.getRowsJson()
    return rows.map((row) => query.columns.map((column, index) => previewValue(row[index] ?? null, column.type)))
  })
}
