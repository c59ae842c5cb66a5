import type { CompiledQuery } from '@almanac/query'
import type { PreviewValue } from '../../datasets/query-engine.ts'
import { previewValue } from '../preview-value.ts'
import { runStatement } from './run-statement.ts'
import type { TrinoConnection, TrinoErrand } from './trino-settings.ts'

/** The rows of a query, which has a LIMIT. Rejects as `runStatement` does. */
export async function runPreview(
  connection: TrinoConnection,
  query: CompiledQuery,
  errand: TrinoErrand,
  stop: AbortSignal,
): Promise<readonly (readonly PreviewValue[])[]> {
  const rows: (readonly PreviewValue[])[] = []
  for await (const page of runStatement(connection, query.sql, errand, stop)) {
    for (const row of page.rows)
      rows.push(query.columns.map(({ type }, index) => previewValue(row[index] ?? null, type)))
  }
  return rows
}
