import type { Settings } from './config/settings.ts'
import type { Catalog } from './datasets/catalog.ts'
import type { QueryEngine } from './datasets/query-engine.ts'
import { byDialect } from './engines/by-dialect.ts'
import { createDuckDbEngine } from './engines/duckdb/create-duckdb-engine.ts'
import { duckDbMemoryMiB } from './engines/duckdb/duckdb-memory.ts'
import type { EngineEvent } from './engines/duckdb/engine-event.ts'
import { createTrinoEngine } from './engines/trino/create-trino-engine.ts'

export interface EngineParts {
  readonly catalog: Catalog
  readonly readFolders: readonly string[]
  readonly writeFolder: string
  readonly tempFolder: string
  readonly onEvent?: (event: EngineEvent) => void
}

// Trino takes many at once; those of one server are as many as its users' previews may be.
const trinoPreviewsAtOnce = 4

/**
 * The engine of an installation: DuckDB, and where settings name one, a Trino beside it for the datasets that are there.
 * Throws in words when a dataset needs one that no setting names.
 */
export function createEngine(settings: Settings, { catalog, onEvent, ...folders }: EngineParts): QueryEngine {
  const { engine, trino } = settings
  const [needing] = catalog.programs.flatMap((program) =>
    catalog.datasetsOf(program).filter(({ source }) => source.kind === 'trino'),
  )
  if (trino === null && needing !== undefined)
    throw new Error(
      `The dataset ${needing.name} is a table of Trino, and no setting says where that is. Set trino.url (ALMANAC_TRINO_URL).`,
    )
  const duckdb = createDuckDbEngine({
    ...engine,
    ...folders,
    memoryLimitMiB: duckDbMemoryMiB(engine.memoryLimitMiB),
    previewProcesses: 1,
    ...(onEvent !== undefined && { onEvent }),
  })
  if (trino === null) return duckdb
  const exportsAtOnce = engine.exportProcesses
  return byDialect({
    duckdb,
    trino: createTrinoEngine({ connection: trino, exportsAtOnce, previewsAtOnce: trinoPreviewsAtOnce }),
  })
}
