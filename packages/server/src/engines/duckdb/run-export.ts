import type { CompiledQuery } from '@almanac/query'
import type { DuckDBConnection } from '@duckdb/node-api'
import { truncate } from 'node:fs/promises'
import type { ExportedFile, ExportTarget } from '../../datasets/query-engine.ts'
import { bindParameters } from './bind-parameters.ts'
import { headerLine } from '../header-line.ts'
import { copyStatement } from './copy-statement.ts'
import { followFile } from './follow-file.ts'
import { interruptible } from './interruptible.ts'
import { removePartialFile } from './partial-file.ts'

const progressEveryMs = 250

/** Writes a query's result to a file, hashed and on disk. Rejects with DuckDB's error, and leaves no file then. */
export async function runExport(
  connection: DuckDBConnection,
  job: { readonly query: CompiledQuery; readonly target: ExportTarget },
  stop: AbortSignal,
  onProgress: (sizeBytes: number) => void,
): Promise<ExportedFile> {
  const { query, target } = job
  const following = followFile(target.path)
  const reporting = setInterval(() => onProgress(following.sizeBytes), progressEveryMs)
  try {
    const rows = await interruptible(connection, stop, async () => {
      const statement = await connection.prepare(copyStatement(query, target))
      bindParameters(statement, query.parameters)
      // Also if the interrupt came while the statement was prepared, and was lost on it.
      stop.throwIfAborted()
      return (await statement.run()).rowsChanged
    })
    if (rows > 0) return { rows, ...(await following.finish()) }
    await truncate(target.path, Buffer.byteLength(headerLine(query, target.format)))
    return { rows, ...(await followFile(target.path).finish()) }
  } catch (error) {
    await removePartialFile(target.path)
    throw error
  } finally {
    clearInterval(reporting)
    await following.abandon()
  }
}
