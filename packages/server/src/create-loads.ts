import { join } from 'node:path'
import type { Settings } from './config/settings.ts'
import type { Catalog } from './datasets/catalog.ts'
import type { QueryEngine } from './datasets/query-engine.ts'
import type { LoadDatasetDeps } from './datasets/versions/load-dataset.ts'
import { createDuckDbLoadEngine } from './engines/duckdb/create-duckdb-load-engine.ts'
import { duckDbMemoryMiB } from './engines/duckdb/duckdb-memory.ts'
import type { EngineEvent } from './engines/duckdb/engine-event.ts'
import type { Clock } from './kernel/clock.ts'
import { minuteMs, secondMs } from './kernel/hours.ts'
import type { NewId } from './kernel/ids.ts'

export interface LoadParts {
  readonly catalog: Catalog
  readonly engine: Pick<QueryEngine, 'profile'>
  /** The machine's. */
  readonly clock: Clock
  readonly newId: NewId
  readonly onEvent?: (event: EngineEvent) => void
}

// Each part is a file that every query opens, and a place where an account's rows lie by themselves.
const mostParts = 16

/** The folder of all loaded data of an installation. */
export function loadedFolderOf({ dataFolder }: Pick<Settings, 'dataFolder'>): string {
  return join(dataFolder, 'loaded')
}

/** What loads of an installation's datasets need, the same for a server and for a command beside it. */
export function createLoads(
  settings: Settings,
  { catalog, engine, clock, newId, onEvent }: LoadParts,
): LoadDatasetDeps {
  const loadedFolder = loadedFolderOf(settings)
  const { memoryLimitMiB, threads, tempFolder, maximumTempGiB } = settings.engine
  const { exportTimeoutSeconds, previewTimeoutSeconds } = settings.limits
  return {
    catalog,
    loadedFolder,
    loadEngine: createDuckDbLoadEngine({
      loadedFolder,
      tempFolder,
      threads,
      maximumTempGiB,
      memoryLimitMiB: duckDbMemoryMiB(memoryLimitMiB),
      ...(onEvent !== undefined && { onEvent }),
    }),
    engine,
    clock,
    newId,
    retention: {
      keptVersions: settings.data.keptVersions,
      // A run that finds a version just before the next one takes its place reads it for as long as it may run.
      readersMs: Math.max(exportTimeoutSeconds, previewTimeoutSeconds) * secondMs + minuteMs,
    },
    mostParts,
    loadTimeoutSeconds: settings.data.loadTimeoutSeconds,
  }
}
