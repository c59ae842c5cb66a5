import type { DataVersionItem } from '@almanac/api'
import { mkdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { dataLoadBegun, dataLoaded, dataSwitchBegun, dataSwitched } from './access/data-audit.ts'
import type { Settings } from './config/settings.ts'
import { createLoads, loadedFolderOf } from './create-loads.ts'
import type { Catalog } from './datasets/catalog.ts'
import { loadCatalog } from './datasets/load-catalog.ts'
import { activateVersion } from './datasets/versions/activate-version.ts'
import type { DatasetVersion } from './datasets/versions/dataset-version.ts'
import { listVersions } from './datasets/versions/list-versions.ts'
import { loadDataset } from './datasets/versions/load-dataset.ts'
import type { LoadFormat, LoadProgress } from './datasets/versions/load-engine.ts'
import { loadFileOf } from './datasets/versions/load-file-of.ts'
import { requireDataset } from './datasets/versions/require-dataset.ts'
import { createDuckDbEngine } from './engines/duckdb/create-duckdb-engine.ts'
import { duckDbMemoryMiB } from './engines/duckdb/duckdb-memory.ts'
import { dataVersionItem } from './http/wire/data-version-item.ts'
import { inWords } from './in-words.ts'
import { AppError } from './kernel/app-error.ts'
import { systemClock } from './kernel/clock.ts'
import { randomId } from './kernel/ids.ts'
import { machineUser, machineUserName, tellAudit } from './tell-audit.ts'

export interface DatasetName {
  /** Null: the only program that has such a dataset. */
  readonly program: string | null
  readonly dataset: string
}

export interface LoadDataInput extends DatasetName {
  readonly paths: readonly string[]
  /** Null: as the names of the files say. */
  readonly format: LoadFormat | null
  readonly mode: 'replace' | 'append'
  readonly ignoreExtraColumns: boolean
  readonly allowNoRows: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly onProgress: (progress: LoadProgress) => void
}

export interface LoadedData {
  readonly version: DataVersionItem
  /** Rows of the files. */
  readonly rowsRead: number
}

/**
 * Loads files of this machine into a dataset of its installation. A server may be running on it: its next query reads
 * the new version. Raises an `Error` in words; `EngineError`.
 */
export async function loadData(settings: Settings, input: LoadDataInput): Promise<LoadedData> {
  return inWords(async () => {
    const catalog = await loadCatalog(settings.catalogFolder)
    const named = { program: programOf(catalog, input), dataset: input.dataset }
    const { name } = requireDataset(catalog, named.program, named.dataset)
    const files = await Promise.all(input.paths.map((path) => fileAt(path, input.format)))
    const engine = await openProfiler(settings)
    const tell = (entryOf: typeof dataLoaded, version: DatasetVersion) =>
      tellAudit(settings, (at) => entryOf(machineUser(), at, { program: named.program, dataset: name, version }))
    const loads = createLoads(settings, { catalog, engine, clock: systemClock, newId: randomId })
    try {
      const { mode, ignoreExtraColumns, allowNoRows, dryRun, signal, onProgress } = input
      const options = { mode, ignoreExtraColumns, allowNoRows, dryRun, signal, onProgress }
      const loaded = await loadDataset(loads, {
        ...named,
        ...options,
        loadedBy: machineUserName(),
        requestId: null,
        bringFiles: async () => files,
        beforeSwitch: (version) => tell(dataLoadBegun, version),
        afterSwitch: (version) => tell(dataLoaded, version),
      })
      return { version: dataVersionItem(name, loaded.version, loaded.inForce), rowsRead: loaded.rowsRead }
    } finally {
      await Promise.all([loads.loadEngine.close(), engine.close()])
    }
  })
}

/** The loaded versions of a dataset that are kept, newest first. Raises an `Error` in words. */
export async function listDataVersions(settings: Settings, input: DatasetName): Promise<readonly DataVersionItem[]> {
  return inWords(async () => {
    const catalog = await loadCatalog(settings.catalogFolder)
    const named = { program: programOf(catalog, input), dataset: input.dataset }
    const { name } = requireDataset(catalog, named.program, named.dataset)
    const versions = await listVersions({ catalog, loadedFolder: loadedFolderOf(settings) }, named)
    return versions.map(({ version, inForce }) => dataVersionItem(name, version, inForce))
  })
}

/** Puts a version that is kept in force again. Raises an `Error` in words. */
export async function activateDataVersion(
  settings: Settings,
  input: DatasetName & { readonly number: number },
): Promise<DataVersionItem> {
  return inWords(async () => {
    const catalog = await loadCatalog(settings.catalogFolder)
    const named = {
      program: programOf(catalog, input),
      dataset: input.dataset,
      number: input.number,
      requestId: randomId(),
    }
    const { name } = requireDataset(catalog, named.program, named.dataset)
    const deps = { catalog, loadedFolder: loadedFolderOf(settings), clock: systemClock }
    const tell = (entryOf: typeof dataSwitched, version: DatasetVersion) =>
      tellAudit(settings, (at) => entryOf(machineUser(), at, { program: named.program, dataset: name, version }))
    const version = await activateVersion(deps, {
      ...named,
      beforeSwitch: (version) => tell(dataSwitchBegun, version),
      afterSwitch: (version) => tell(dataSwitched, version),
    })
    return dataVersionItem(name, version, true)
  })
}

async function openProfiler(settings: Settings) {
  await mkdir(loadedFolderOf(settings), { recursive: true })
  return createDuckDbEngine({
    ...settings.engine,
    memoryLimitMiB: duckDbMemoryMiB(settings.engine.memoryLimitMiB),
    readFolders: [loadedFolderOf(settings)],
    // Nothing is exported here.
    writeFolder: settings.engine.tempFolder,
    previewProcesses: 1,
  })
}

function programOf(catalog: Catalog, { program, dataset }: DatasetName): string {
  if (program !== null) return program
  const having = catalog.programs.filter((candidate) => catalog.findDataset(candidate, dataset) !== undefined)
  const [only] = having.length === 1 ? having : catalog.programs.length === 1 ? catalog.programs : []
  if (only !== undefined) return only
  const which = having.length === 0 ? 'No program has' : `${having.join(', ')} have`
  throw new AppError('invalid_request', {
    sentence: `${which} a dataset ${JSON.stringify(dataset)}; say which program is meant`,
    field: 'program',
  })
}

async function fileAt(path: string, format: LoadFormat | null) {
  const found = await stat(path).catch((error: unknown) => {
    const reason =
      error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'there is none' : String(error)
    throw new AppError('invalid_request', { sentence: `The file ${path} can't be read: ${reason}` })
  })
  if (!found.isFile()) throw new AppError('invalid_request', { sentence: `${path} is no file` })
  return loadFileOf(resolve(path), format)
}
