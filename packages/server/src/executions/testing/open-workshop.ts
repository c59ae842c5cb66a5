import { createTurns } from '../turns.ts'
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { isAccountDisabled } from '../../access/is-account-disabled.ts'
import { createDiskBlobStore } from '../../blobs/disk/create-disk-blob-store.ts'
import { createDataFolder } from '../../datasets/data-folder.ts'
import type { QueryEngine } from '../../datasets/query-engine.ts'
import { smallCatalog } from '../../datasets/testing/small-catalog.ts'
import { createDuckDbEngine } from '../../engines/duckdb/create-duckdb-engine.ts'
import { runSql } from '../../engines/duckdb/testing/small-dataset.ts'
import { dayMs, secondMs } from '../../kernel/hours.ts'
import { createFakeClock } from '../../kernel/testing/fake-clock.ts'
import { openSqliteStores } from '../../stores/open-sqlite-stores.ts'
import type { Stores } from '../../stores/stores.ts'
import type { WorkerDeps } from '../worker.ts'
import { midnight } from './a-report.ts'
import { recordEvents } from './recorded-events.ts'

/** Real parts: an engine with data, a disk. Opened once for a test file, since an engine takes a second to start. */
export type Workshop = Awaited<ReturnType<typeof openWorkshop>>

/**
 * A folder with one order a day of `account-1` from 1 December 2025 to 31 January 2026, `order-2026-01-10` on the
 * tenth of January, and a few of `account-2`; and DuckDB over it.
 */
export async function openWorkshop() {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-executions-'))
  const datasets = join(folder, 'datasets')
  await mkdir(join(datasets, 'cmp', 'orders'), { recursive: true })
  await runSql(`COPY (
    SELECT 'account-1' AS "AccountId", 'order-' || strftime(day, '%Y-%m-%d') AS "OrderId", day::DATE AS "OrderDate",
      1 AS "Amount" FROM range(DATE '2025-12-01', DATE '2026-02-01', INTERVAL 1 DAY) days(day)
    UNION ALL SELECT 'account-2', 'secret', DATE '2026-01-05', 1000
  ) TO '${join(datasets, 'cmp', 'orders', 'orders.parquet')}' (FORMAT parquet)`)

  const artifacts = join(folder, 'artifacts')
  await mkdir(artifacts)
  const engine = createDuckDbEngine({
    readFolders: [datasets],
    writeFolder: artifacts,
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
  return {
    folder,
    artifacts,
    engine,
    catalog: smallCatalog(),
    data: createDataFolder(datasets),
    async close() {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

let worlds = 0

/**
 * A fresh database, a fresh place for files and a clock that stands at `midnight`, on the parts of a workshop. `deps`
 * are those of a worker; parts of them can be replaced by what a test needs to go wrong.
 */
export async function openWorld(workshop: Workshop, change: Partial<WorkerDeps> = {}) {
  worlds += 1
  const world = `w${worlds}`
  const file = join(workshop.folder, `${world}.sqlite`)
  const stores = await openSqliteStores(file)
  onTestFinished(() => stores.close())
  const blobFolder = join(workshop.artifacts, world)
  const blobs = createDiskBlobStore(blobFolder)
  const clock = createFakeClock(midnight)
  const events = recordEvents()
  let ids = 0
  const deps: WorkerDeps = {
    executions: stores.executions,
    blobs,
    catalog: workshop.catalog,
    data: workshop.data,
    engine: workshop.engine,
    clock,
    events,
    newId: () => `id-${(ids += 1)}`,
    random: () => 0.5,
    workerId: 'worker-1',
    leaseSeconds: 30,
    exportTimeoutSeconds: 60,
    turns: createTurns(),
    room: { freeBytes: async () => 2 ** 40, minimumFreeBytes: 2 ** 20 },
    slots: 1,
    // So that a worker at rest waits for what is due next, and a fake day doesn't take thousands of looks.
    lookEverySeconds: (1_000 * dayMs) / secondMs,
    deliveryOwed: () => undefined,
    isAccountDisabled: (accountId) => isAccountDisabled(stores.clients, accountId),
    ...change,
  }
  return {
    /** The database. */
    file,
    stores,
    blobs,
    clock,
    events,
    deps,
    list: () => listAll(stores),
    /** Names of the files that a run is making or has left. */
    staged: () => readdir(blobs.stagingFolder),
    /** Keys of all blobs. */
    async published(): Promise<readonly string[]> {
      const entries = await readdir(join(blobFolder, 'blobs'), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
    },
    /** The lines of a blob. */
    async linesOf(blobKey: string | undefined): Promise<readonly string[]> {
      const stream = blobKey === undefined ? undefined : await blobs.open(blobKey)
      if (stream === undefined) throw new Error(`there is no blob ${blobKey}`)
      return (await text(stream)).trimEnd().split('\n')
    },
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** All executions of `report-1`, the earliest first. */
async function listAll({ executions }: Stores) {
  const found = await executions.list('account-1', 'cmp', { reportIds: ['report-1'], latestOnly: false })
  return found.toReversed()
}

/** An engine that exports as told, and previews nothing. */
export function engineThat(exports: QueryEngine['export']): QueryEngine {
  return {
    export: exports,
    exportTogether: () => Promise.reject(new Error('an execution alone has no company')),
    preview: () => Promise.reject(new Error('an execution previews nothing')),
    profile: () => Promise.reject(new Error('an execution profiles nothing')),
    close: () => Promise.resolve(),
  }
}
