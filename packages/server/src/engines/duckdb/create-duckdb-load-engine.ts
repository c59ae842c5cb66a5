import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { LoadEngine, LoadFile } from '../../datasets/versions/load-engine.ts'
import type { DuckDbEngineSettings } from './create-duckdb-engine.ts'
import { startEngineProcess, type EngineProcess } from './engine-process.ts'
import { createSlots } from '../slots.ts'
import { createStopSignal } from '../stop-signal.ts'
import { sweepTempFolders } from './temp-folders.ts'

export interface DuckDbLoadEngineSettings extends Pick<
  DuckDbEngineSettings,
  'tempFolder' | 'memoryLimitMiB' | 'threads' | 'maximumTempGiB' | 'onEvent'
> {
  /** The folder below which parts are staged and kept. */
  readonly loadedFolder: string
}

// Each thread holds a row group in the making. With 63 columns two threads ran out of 256 MiB, and sorted a million rows
// within 384; so a machine of many cores would only run out of memory sooner.
const mebibytesPerThread = 256

/**
 * DuckDB behind the `LoadEngine` port: a process for each load, which may read the files of that load and write below
 * the folder of loaded data, and is gone afterwards with all its memory. One load runs at a time; others wait for it.
 */
export function createDuckDbLoadEngine(settings: DuckDbLoadEngineSettings): LoadEngine {
  const { memoryLimitMiB, threads, maximumTempGiB, onEvent = () => undefined } = settings
  const limits = {
    memoryLimitMiB,
    threads: Math.max(1, Math.min(threads, Math.floor(memoryLimitMiB / mebibytesPerThread))),
    maximumTempGiB,
    tempFolder: resolve(settings.tempFolder),
  }
  const folders = [resolve(settings.loadedFolder)]
  const slots = createSlots(1)
  const closing = new AbortController()
  const alive = new Set<EngineProcess>()
  sweepTempFolders(limits.tempFolder)

  return {
    async load(request, { timeLimitMs, signal, onProgress }) {
      const stop = createStopSignal(timeLimitMs, [signal, closing.signal])
      try {
        return await slots.use(stop.signal, async () => {
          const files = await Promise.all(request.files.map(behindLinks))
          const process = startEngineProcess({
            purpose: 'load',
            settings: { ...limits, folders, files: files.map(({ path }) => path) },
            onEvent,
          })
          alive.add(process)
          try {
            const { outcome } = await process.run(
              { kind: 'load', request: { ...request, files } },
              stop.signal,
              ({ phase, sizeBytes }) => phase !== undefined && onProgress?.({ phase, writtenBytes: sizeBytes }),
            )
            return outcome
          } finally {
            await process.end()
            alive.delete(process)
          }
        })
      } finally {
        stop.release()
      }
    },

    async close() {
      closing.abort()
      await Promise.all([...alive].map((process) => process.end()))
    },
  }
}

/** The sandbox lets a process read these very files, and looks where a link leads. */
async function behindLinks(file: LoadFile): Promise<LoadFile> {
  return { ...file, path: await realpath(file.path) }
}
