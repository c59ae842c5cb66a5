// A process of its own that previews and exports a statement, as a server does: what certificates it trusts was said when
// it started.
//
//   node ask-trino.ts '{"connection":…,"sql":…,"path":…}'
import { EngineError } from '../../../datasets/query-engine.ts'
import { createTrinoEngine } from '../create-trino-engine.ts'
import type { TrinoConnection } from '../trino-settings.ts'

export interface Asking {
  readonly connection: TrinoConnection
  /** Selects one column, of texts. */
  readonly sql: string
  /** Where the export goes. */
  readonly path: string
}

/** What came of it; of a failure all that a log would say. */
export type Asked =
  | { readonly preview: readonly (readonly unknown[])[]; readonly rows: number }
  | { readonly code: string; readonly log: string }

const { connection, sql, path } = JSON.parse(process.argv[2] ?? '') as Asking
const engine = createTrinoEngine({ connection, exportsAtOnce: 1, previewsAtOnce: 1 })
const columns = [{ name: 'a', type: 'string' } as const]
const query = { dataset: 'T', dialect: 'trino', sql, parameters: [], columns, window: null } as const
const options = { timeLimitMs: 60_000, signal: new AbortController().signal }
process.stdout.write(JSON.stringify(await outcome()))

async function outcome(): Promise<Asked> {
  // The export first: it is the one that has a thread.
  const file = await engine.export(query, { path, format: 'csv' }, options).catch(failure)
  if ('code' in file) return file
  const preview = await engine.preview(query, options).catch(failure)
  return 'code' in preview ? preview : { preview, rows: file.rows }
}

function failure(error: unknown): { readonly code: string; readonly log: string } {
  if (!(error instanceof EngineError)) throw error
  return { code: error.code, log: `${String(error)} ${String(error.cause)} ${error.stack}` }
}
