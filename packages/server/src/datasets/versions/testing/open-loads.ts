import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createDuckDbEngine } from '../../../engines/duckdb/create-duckdb-engine.ts'
import { createDuckDbLoadEngine } from '../../../engines/duckdb/create-duckdb-load-engine.ts'
import { randomId } from '../../../kernel/ids.ts'
import { createFakeClock, type FakeClock } from '../../../kernel/testing/fake-clock.ts'
import type { DataSource } from '../../data-version.ts'
import type { CatalogDataset } from '../../dataset.ts'
import type { QueryEngine } from '../../query-engine.ts'
import { smallCatalog, smallDataset } from '../../testing/small-catalog.ts'
import type { Retention } from '../contents.ts'
import { createLoadedData } from '../create-loaded-data.ts'
import { loadDataset, type LoadDatasetDeps, type LoadDatasetInput, type LoadedDataset } from '../load-dataset.ts'
import { loadFileOf } from '../load-file-of.ts'

/** A folder of loaded data with real engines; only the clock stands still until a test moves it. */
export interface TestLoads {
  readonly folder: string
  readonly dataset: CatalogDataset
  readonly deps: LoadDatasetDeps
  readonly engine: QueryEngine
  readonly clock: FakeClock
  readonly data: DataSource
  /** Writes a file of orders: `account,order,date,amount`. */
  orders(name: string, ...lines: readonly string[]): string
  load(path: string, change?: Partial<LoadDatasetInput>, depsChange?: Partial<LoadDatasetDeps>): Promise<LoadedDataset>
  /** The engine process of the load that runs now. */
  loadProcess(): number
  /** Every file of the dataset and the digest of its bytes, the lock left out. */
  fingerprint(): Readonly<Record<string, string>>
  /** The orders that queries see now, as text. */
  seenOrders(): Promise<string>
  close(): Promise<void>
}

const ordersHeader = 'AccountId,OrderId,OrderDate,Amount'

export interface TestLoadsOptions {
  /** Default: a new one, removed by `close`. */
  readonly folder?: string
  readonly retention?: Retention
  readonly dataset?: CatalogDataset
}

export function openLoads(change: TestLoadsOptions = {}): TestLoads {
  const folder = change.folder ?? realpathSync(mkdtempSync(join(tmpdir(), 'almanac-loads-')))
  const loadedFolder = join(folder, 'loaded')
  for (const made of ['loaded', 'exports']) mkdirSync(join(folder, made), { recursive: true })
  const dataset = change.dataset ?? smallDataset({ source: { kind: 'loaded' } })
  const clock = createFakeClock(Date.UTC(2026, 2, 1))
  const limits = { tempFolder: join(folder, 'temp'), memoryLimitMiB: 256, threads: 2, maximumTempGiB: 1 }
  const engine = createDuckDbEngine({
    ...limits,
    readFolders: [loadedFolder],
    writeFolder: join(folder, 'exports'),
    exportProcesses: 1,
    previewProcesses: 1,
  })
  let loadProcess: number | undefined
  const loadEngine = createDuckDbLoadEngine({
    ...limits,
    loadedFolder,
    onEvent: ({ kind, pid }) => {
      loadProcess = kind === 'engine_process_started' ? pid : undefined
    },
  })
  const deps: LoadDatasetDeps = {
    catalog: smallCatalog([dataset]),
    loadedFolder,
    loadEngine,
    engine,
    clock,
    newId: randomId,
    retention: change.retention ?? { keptVersions: 3, readersMs: 3_600_000 },
    mostParts: 16,
    loadTimeoutSeconds: 60,
  }
  const data = createLoadedData(loadedFolder, {
    versionOf: async ({ name }) => {
      throw new Error(`${name} was asked for elsewhere`)
    },
  })
  const datasetFolder = join(loadedFolder, dataset.program, dataset.name)

  return {
    folder,
    dataset,
    deps,
    engine,
    clock,
    data,
    orders(name, ...lines) {
      const path = join(folder, name)
      writeFileSync(path, `${[ordersHeader, ...lines].join('\n')}\n`)
      return path
    },
    loadProcess() {
      if (loadProcess === undefined) throw new Error('no load runs')
      return loadProcess
    },
    load: (path, change = {}, depsChange = {}) =>
      loadDataset(
        { ...deps, ...depsChange },
        {
          program: dataset.program,
          dataset: dataset.name,
          mode: 'replace',
          ignoreExtraColumns: false,
          allowNoRows: false,
          dryRun: false,
          loadedBy: 'tester',
          requestId: null,
          bringFiles: async () => [loadFileOf(path, null)],
          signal: new AbortController().signal,
          ...change,
        },
      ),
    fingerprint: () => fingerprintOf(datasetFolder),
    async seenOrders() {
      const { relation } = await data.versionOf(dataset)
      if (relation.kind !== 'files') throw new Error('what is loaded is files')
      const from = `read_parquet([${relation.paths.map((path) => `'${path}'`).join(', ')}])`
      const rows = await engine.preview(
        {
          dataset: dataset.name,
          dialect: 'duckdb',
          sql: `SELECT string_agg(OrderId, ' ' ORDER BY OrderId) FROM ${from}`,
          parameters: [],
          columns: [{ name: 'orders', type: 'string' }],
          window: null,
        },
        { timeLimitMs: 30_000, signal: new AbortController().signal },
      )
      return String(rows[0]?.[0])
    },
    async close() {
      await Promise.all([engine.close(), loadEngine.close()])
      if (change.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

function fingerprintOf(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => basename(path) !== 'lock')
  return Object.fromEntries(
    files
      .sort()
      .map((path) => [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  )
}
