import { lstat, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { EngineError, type QueryEngine } from '../../datasets/query-engine.ts'
import { describeFailure } from '../describe-failure.ts'
import type { EngineEvent } from './engine-event.ts'
import { startEngineProcess } from './engine-process.ts'
import { removePartialFile } from './partial-file.ts'
import { partsFolderOf } from './parts-folder.ts'
import { createOneOffProcesses } from './one-off-processes.ts'
import { createProcessPool } from './process-pool.ts'
import { createStopSignal } from '../stop-signal.ts'
import { sweepTempFolders } from './temp-folders.ts'

export interface DuckDbEngineSettings {
  /** Folders below which datasets are. */
  readonly readFolders: readonly string[]
  /** The folder below which exports are written. */
  readonly writeFolder: string
  /** Where sorts larger than memory go; each process makes a folder of its own in it. */
  readonly tempFolder: string
  /** Of each process, all of it: what DuckDB may take is less (`duckdb-memory.ts`). */
  readonly memoryLimitMiB: number
  readonly threads: number
  /** How many exports run at once. */
  readonly exportProcesses: number
  /** How many previews run at once, beside the exports. */
  readonly previewProcesses: number
  /** Per process. */
  readonly maximumTempGiB: number
  readonly onEvent?: (event: EngineEvent) => void
}

// It looks at one column at a time and never at more than some thousand values.
const profileMemoryMiB = 256

/**
 * DuckDB behind the `QueryEngine` port, in processes of its own: a running query holds a thread that the server's file,
 * DNS and crypto calls need, a crash of the engine must not take the server along, and a query that can't be interrupted
 * has to be killed.
 *
 *   export, preview → a free process of the pool → prepare, bind → COPY or rows ──→ answer
 *     └── time over, called off → interrupt until it settles → kill
 *
 * A profile is nobody's errand: it has a process of its own with one thread and the lowest priority, one at a time, which
 * ends with it. In the pool of the previews it would keep users waiting for seconds.
 *
 * A time limit counts from the call, the wait for a free process included: so a caller never waits longer than that, and
 * a queue of slow previews empties within one limit. Until the first call no process is started.
 */
export function createDuckDbEngine(settings: DuckDbEngineSettings): QueryEngine {
  const { memoryLimitMiB, threads, maximumTempGiB, onEvent = () => undefined } = settings
  const readFolders = settings.readFolders.map((folder) => resolve(folder))
  const tempFolder = resolve(settings.tempFolder)
  const limits = { memoryLimitMiB, threads, maximumTempGiB, tempFolder }
  const closing = new AbortController()
  sweepTempFolders(tempFolder)

  const exports = createProcessPool(settings.exportProcesses, () =>
    startEngineProcess({
      purpose: 'export',
      settings: { ...limits, folders: [...readFolders, resolve(settings.writeFolder)] },
      onEvent,
    }),
  )
  const previews = createProcessPool(settings.previewProcesses, () =>
    startEngineProcess({ purpose: 'preview', settings: { ...limits, folders: readFolders }, onEvent }),
  )
  const profiles = createOneOffProcesses(() =>
    startEngineProcess({
      purpose: 'profile',
      settings: {
        ...limits,
        memoryLimitMiB: Math.min(memoryLimitMiB, profileMemoryMiB),
        threads: 1,
        folders: readFolders,
      },
      onEvent,
    }),
  )

  return {
    async preview(query, { timeLimitMs, signal }) {
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      try {
        const { rows } = await previews.use(stop.signal, (process) =>
          process.run({ kind: 'preview', query }, stop.signal),
        )
        return rows
      } finally {
        stop.release()
      }
    },

    async export(query, target, { timeLimitMs, signal, onProgress }) {
      await refuseExisting(target.path)
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      try {
        const { file } = await exports.use(stop.signal, (process) =>
          process.run({ kind: 'export', query, target }, stop.signal, onProgress),
        )
        return file
      } catch (error) {
        // A process that was killed could not clean up, and a stop may have crossed a good end.
        await removePartialFile(target.path)
        throw error
      } finally {
        stop.release()
      }
    },

    async exportTogether(query, targets, { timeLimitMs, signal }) {
      for (const { path } of targets) await refuseExisting(path)
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      try {
        const { files } = await exports.use(stop.signal, (process) =>
          process.run({ kind: 'export_together', query, targets }, stop.signal),
        )
        return files.map((file) => file ?? undefined)
      } catch (error) {
        for (const { path } of targets) {
          await removePartialFile(path)
          await rm(partsFolderOf(path), { recursive: true, force: true })
        }
        throw error
      } finally {
        stop.release()
      }
    },

    async profile(request, { timeLimitMs, signal }) {
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      try {
        const { profile } = await profiles.use(stop.signal, (process) =>
          process.run({ kind: 'profile', request }, stop.signal),
        )
        return profile
      } finally {
        stop.release()
      }
    },

    async close() {
      closing.abort()
      await Promise.all([exports.close(), previews.close(), profiles.close()])
    },
  }
}

/** A file that stands there is someone else's: it is neither overwritten nor, when the export fails, removed. */
async function refuseExisting(path: string): Promise<void> {
  const existing = await lstat(path).catch(() => undefined)
  if (existing === undefined) return
  throw new EngineError('failed', describeFailure('failed'), { cause: new Error(`${path} exists already`) })
}
