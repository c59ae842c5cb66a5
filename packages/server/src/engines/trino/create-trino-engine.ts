import { lstat, rm } from 'node:fs/promises'
import type { CompiledQuery } from '@almanac/query'
import type { PreviewOptions, QueryEngine } from '../../datasets/query-engine.ts'
import { invariant } from '../../kernel/invariant.ts'
import { createSlots } from '../slots.ts'
import { createStopSignal } from '../stop-signal.ts'
import { runPreview } from './run-preview.ts'
import { startExportThread } from './start-export-thread.ts'
import { engineFailure } from './trino-failure.ts'
import type { TrinoConnection, TrinoErrand } from './trino-settings.ts'

export interface TrinoEngineSettings {
  readonly connection: TrinoConnection
  /** How many exports are read at once; the others wait here. */
  readonly exportsAtOnce: number
  /** How many previews are. */
  readonly previewsAtOnce: number
}

/**
 * Trino behind the `QueryEngine` port, over its client protocol:
 *
 *   export  → a thread → statement → rows as they come → lines → a file, hashed, on disk
 *   preview → statement → rows
 *     └── time over, called off → DELETE of the query; `query_max_run_time` where that doesn't arrive
 *
 * A time limit counts from the call, the wait for a turn included. Trino computes and keeps memory for sorts; what is held
 * here is two answers of the protocol.
 */
export function createTrinoEngine({ connection, exportsAtOnce, previewsAtOnce }: TrinoEngineSettings): QueryEngine {
  const exports = createSlots(exportsAtOnce)
  const previews = createSlots(previewsAtOnce)
  const closing = new AbortController()

  async function previewOf(query: CompiledQuery, { timeLimitMs, signal, errand }: PreviewOptions) {
    requireTrino(query)
    const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
    try {
      return await previews.use(stop.signal, () => runPreview(connection, query, { timeLimitMs, errand }, stop.signal))
    } finally {
      stop.release()
    }
  }

  return {
    preview: previewOf,

    async export(query, target, { timeLimitMs, signal, errand, onProgress = () => undefined }) {
      requireTrino(query)
      await refuseExisting(target.path)
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      const trinoErrand: TrinoErrand = { timeLimitMs, errand }
      try {
        return await exports.use(stop.signal, () =>
          startExportThread({ connection, query, target, errand: trinoErrand }, stop.signal, (sizeBytes) =>
            onProgress({ sizeBytes }),
          ),
        )
      } catch (error) {
        // A thread that was ended could not clean up, and a stop may have crossed a good end.
        await rm(target.path, { force: true })
        throw error
      } finally {
        stop.release()
      }
    },

    /** Trino reads for each account what it needs: a file of its own for each, by `export`. */
    async exportTogether(_, targets) {
      return targets.map(() => undefined)
    },

    /** Rows alone: no spelling makes a comparison cheaper there. */
    async profile({ relation }, options) {
      invariant(relation.kind === 'trino', 'a table of Trino is looked at')
      const { catalog, schema, table } = relation
      const name = [catalog, schema, table].map((part) => `"${part.replaceAll('"', '""')}"`).join('.')
      const [[rows] = []] = await previewOf(
        {
          dataset: table,
          dialect: 'trino',
          sql: `SELECT count(*) FROM ${name}`,
          parameters: [],
          columns: [{ name: 'rows', type: 'integer' }],
          window: null,
        },
        options,
      )
      return { rows: Number(rows), spellings: {} }
    },

    async close() {
      closing.abort()
    },
  }
}

function requireTrino({ dialect, parameters }: CompiledQuery): void {
  invariant(dialect === 'trino' && parameters.length === 0, 'what Trino runs is its own SQL, with its values in it')
}

/** A file that stands there is someone else's: it is neither overwritten nor, when the export fails, removed. */
async function refuseExisting(path: string): Promise<void> {
  const existing = await lstat(path).catch(() => undefined)
  if (existing !== undefined) throw engineFailure('failed', new Error(`${path} exists already`))
}
