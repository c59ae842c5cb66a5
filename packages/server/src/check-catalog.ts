import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from './config/settings.ts'
import type { Catalog } from './datasets/catalog.ts'
import { createEngine } from './create-engine.ts'
import { loadedFolderOf } from './create-loads.ts'
import { createDataFolder } from './datasets/data-folder.ts'
import { loadCatalog } from './datasets/load-catalog.ts'
import { CatalogError } from './datasets/loading/catalog-error.ts'
import { createTrinoTables } from './datasets/trino-tables.ts'
import { createLoadedData } from './datasets/versions/create-loaded-data.ts'
import { openTrinoReader } from './engines/trino/open-trino-reader.ts'
import { openReader, type Reader } from './infer/open-reader.ts'
import { systemClock } from './kernel/clock.ts'
import { secondMs } from './kernel/hours.ts'
import type { Findings } from './verify/findings.ts'
import { verifyCatalog } from './verify/verify-catalog.ts'

export interface CheckCatalogOptions {
  /** Whether to hold the catalog against the data too, loaded or in files, which reads all of them. */
  readonly withData: boolean
  readonly signal: AbortSignal
}

export interface CatalogCheck extends Findings {
  readonly folder: string
  /** Empty when the catalog can't be loaded. */
  readonly programs: readonly ProgramSummary[]
}

export interface ProgramSummary {
  readonly program: string
  readonly datasets: number
  /** Those that queries can name. */
  readonly columns: number
  readonly metrics: number
  readonly systemQueries: number
}

/** Checks the catalog of these settings and says all that is wrong, each with its file and line. */
export async function checkCatalog(
  settings: Settings,
  { withData, signal }: CheckCatalogOptions,
): Promise<CatalogCheck> {
  const folder = settings.catalogFolder
  try {
    const catalog = await loadCatalog(folder)
    const findings = withData ? await verifyWithEngine(settings, catalog, signal) : { mistakes: [], notes: [] }
    return { folder, programs: summaries(catalog), ...findings }
  } catch (error) {
    if (!(error instanceof CatalogError)) throw error
    return { folder, programs: [], mistakes: error.mistakes, notes: [] }
  }
}

function summaries(catalog: Catalog): readonly ProgramSummary[] {
  return catalog.programs.map((program) => {
    const datasets = catalog.datasetsOf(program)
    const sum = (countOf: (dataset: (typeof datasets)[number]) => number): number =>
      datasets.reduce((total, dataset) => total + countOf(dataset), 0)
    return {
      program,
      datasets: datasets.length,
      columns: sum(({ columns }) => columns.filter(({ hidden }) => hidden !== true).length),
      metrics: sum(({ metrics }) => metrics.length),
      systemQueries: catalog.systemQueriesOf(program).length,
    }
  })
}

/** In a folder that is gone afterwards, however it ends. */
async function verifyWithEngine(settings: Settings, catalog: Catalog, signal: AbortSignal): Promise<Findings> {
  const scratch = await mkdtemp(join(tmpdir(), 'almanac-check-'))
  try {
    return await verifyIn(scratch, settings, catalog, signal)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** With the very engine that a server has, so that what passes here runs there. Nothing of the data folder is written. */
async function verifyIn(scratch: string, settings: Settings, catalog: Catalog, signal: AbortSignal): Promise<Findings> {
  const loadedFolder = loadedFolderOf(settings)
  const timeLimitMs = settings.limits.exportTimeoutSeconds * secondMs
  const engine = createEngine(settings, {
    catalog,
    tempFolder: scratch,
    readFolders: [settings.datasetsFolder, loadedFolder],
    writeFolder: scratch,
  })
  let reader: Reader | undefined
  try {
    reader = await openReader()
    return await verifyCatalog(
      {
        data: createLoadedData(loadedFolder, createTrinoTables(createDataFolder(settings.datasetsFolder))),
        engine,
        reader,
        trinoReader: settings.trino && openTrinoReader(settings.trino, { timeLimitMs, signal }),
        now: systemClock.now(),
        timeLimitMs,
        signal,
      },
      settings.catalogFolder,
      catalog,
    )
  } finally {
    reader?.close()
    await engine.close()
  }
}
