import type { CompiledQuery } from '@almanac/query'
import type { ExportedFile, ExportTarget } from '../../datasets/query-engine.ts'
import { headerLine } from '../header-line.ts'
import { createCsvLines } from './csv-lines.ts'
import { openNewFile } from './open-new-file.ts'
import { runStatement } from './run-statement.ts'
import type { TrinoConnection, TrinoErrand } from './trino-settings.ts'

export interface ExportWork {
  readonly connection: TrinoConnection
  readonly query: CompiledQuery
  readonly target: ExportTarget
  readonly errand: TrinoErrand
}

/**
 * Writes a query's result to a file, hashed and on disk, as its rows come: Trino waits while they are written. Rejects as
 * `runStatement` does, or with the file system's error, and leaves no file then.
 */
export async function runExport(
  { connection, query, target, errand }: ExportWork,
  stop: AbortSignal,
  onProgress: (sizeBytes: number) => void,
): Promise<ExportedFile> {
  const linesOf = createCsvLines(target.format)
  const file = await openNewFile(target.path)
  try {
    await file.write(headerLine(query, target.format))
    let rows = 0
    for await (const { rows: some } of runStatement(connection, query.sql, errand, stop)) {
      await file.write(linesOf(some))
      rows += some.length
      onProgress(file.sizeBytes)
    }
    return { rows, ...(await file.finish()) }
  } catch (error) {
    await file.discard()
    throw error
  }
}
