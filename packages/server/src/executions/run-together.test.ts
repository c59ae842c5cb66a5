import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createDataFolder } from '../datasets/data-folder.ts'
import { EngineError } from '../datasets/query-engine.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { createDuckDbEngine } from '../engines/duckdb/create-duckdb-engine.ts'
import { runSql } from '../engines/duckdb/testing/small-dataset.ts'
import { dayMs } from '../kernel/hours.ts'
import { told } from '../kernel/testing/told.ts'
import { daily, midnight, once, storeReport } from './testing/a-report.ts'
import { openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'
import { startWorker } from './worker.ts'
import type { WorkerDeps } from './worker.ts'

const accounts = Array.from({ length: 30 }, (_, index) => `account-${index}`)
const rowsQuery = 'SELECT OrderDate, OrderId FROM Orders TIMESPAN LAST_MONTH'
const groupsQuery = 'SELECT OrderDate, TotalAmount FROM Orders TIMESPAN LAST_MONTH'

let workshop: Workshop
let folder: string

// A text file: read from start to end for each account, in which thirty of them lie mixed.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-together-'))
  const datasets = join(folder, 'datasets')
  const artifacts = join(folder, 'artifacts')
  await Promise.all([mkdir(datasets), mkdir(artifacts)])
  await runSql(`COPY (
    SELECT 'account-' || (i % 30) AS "AccountId", 'order-' || i || ' of account-' || (i % 30) AS "OrderId",
      DATE '2026-01-09' - (i // 30 % 40)::INTEGER AS "OrderDate", i AS "Amount" FROM range(6000) orders(i)
  ) TO '${join(datasets, 'orders.csv')}' (FORMAT csv, HEADER)`)
  const engine = createDuckDbEngine({
    readFolders: [datasets],
    writeFolder: artifacts,
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 2,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
  workshop = {
    folder,
    artifacts,
    engine,
    catalog: smallCatalog([smallDataset({ source: { kind: 'files', format: 'csv', pattern: 'orders.csv' } })]),
    data: createDataFolder(datasets),
    async close() {
      await engine.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
})
afterAll(() => workshop.close())

/** The engine, and how often it was asked for what. */
function counted(engine: QueryEngine = workshop.engine) {
  const calls = { alone: 0, together: [] as number[] }
  const counting: QueryEngine = {
    ...engine,
    export(...args) {
      calls.alone += 1
      return engine.export(...args)
    },
    exportTogether(query, targets, options) {
      calls.together.push(targets.length)
      return engine.exportTogether(query, targets, options)
    },
  }
  return { calls, engine: counting }
}

async function storeReports(world: World, queryText: string, names = accounts): Promise<void> {
  for (const accountId of names) {
    await storeReport(world.stores.reports, { id: `of-${accountId}`, accountId, queryText })
  }
}

function start(deps: WorkerDeps) {
  const stop = new AbortController()
  const worker = startWorker(deps, stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await worker.stopped
  })
  return { ...worker, stop: () => stop.abort() }
}

/** The lines of the one file of an account's report. */
async function fileOf(world: World, accountId: string): Promise<readonly string[]> {
  const found = await world.stores.executions.list(accountId, 'cmp', {
    reportIds: [`of-${accountId}`],
    latestOnly: false,
  })
  const [completed, ...more] = found.filter(({ status }) => status === 'Completed')
  expect(more).toEqual([])
  return world.linesOf(completed?.artifact?.blobKey)
}

describe('executions of one query that are due together', () => {
  test.each([rowsQuery, groupsQuery])('are made of one scan, each with its own rows alone: %s', async (queryText) => {
    const { calls, engine } = counted()
    const world = await openWorld(workshop, { engine })
    await storeReports(world, queryText)
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 0, together: [30] })

    const alone = await openWorld(workshop)
    for (const accountId of accounts) {
      // Each at another instant, so that no two are due together.
      await storeReport(alone.stores.reports, { id: `of-${accountId}`, accountId, queryText, schedule: once(midnight) })
    }
    await start(alone.deps).settled()
    for (const accountId of accounts) {
      const lines = await fileOf(world, accountId)
      expect(lines.length).toBeGreaterThan(10)
      expect(lines).toEqual(await fileOf(alone, accountId))
      // What names an account in it names this one.
      expect(lines.filter((line) => line.includes(' of ') && !line.endsWith(` of ${accountId}`))).toEqual([])
    }
    expect(await world.staged()).toEqual([])
    expect(world.events.all.filter(({ name }) => name === 'workerError')).toEqual([])
  })

  test('and of which some want their texts disarmed, are each written as they want it', async () => {
    const { calls, engine } = counted()
    const world = await openWorld(workshop, { engine })
    await storeReports(world, rowsQuery, accounts.slice(0, 25))
    for (const accountId of accounts.slice(25)) {
      const change = { queryText: rowsQuery, neutralizeFormulas: true }
      await storeReport(world.stores.reports, { id: `of-${accountId}`, accountId, ...change })
    }
    await start(world.deps).settled()
    // One scan writes in one way; which of the two it is depends on who comes first.
    const [together = 0, ...more] = calls.together
    expect({ sum: together + calls.alone, more }).toEqual({ sum: 30, more: [] })
    expect([5, 25]).toContain(together)
  })

  test('come one by one where that is no slower: too few of them, or another instant, or another query', async () => {
    const { calls, engine } = counted()
    const world = await openWorld(workshop, { engine })
    await storeReports(world, rowsQuery, accounts.slice(0, 10))
    for (const [index, accountId] of accounts.slice(10).entries()) {
      const change =
        index % 2 === 0
          ? { schedule: daily(midnight - 1 - index) }
          : { queryText: 'SELECT OrderId FROM Orders TIMESPAN LAST_MONTH' }
      await storeReport(world.stores.reports, { id: `of-${accountId}`, accountId, queryText: rowsQuery, ...change })
    }
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 30, together: [] })
  })

  test('and whose data lie sorted by account, come one by one', async () => {
    const { calls, engine } = counted()
    const data: WorkerDeps['data'] = {
      versionOf: async (dataset) => ({ ...(await workshop.data.versionOf(dataset)), accountReadShare: 1 / 30 }),
    }
    const world = await openWorld(workshop, { engine, data })
    await storeReports(world, groupsQuery)
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 30, together: [] })
  })

  test('of an account without rows, get the same file as alone', async () => {
    const { calls, engine } = counted()
    const world = await openWorld(workshop, { engine })
    await storeReports(world, groupsQuery, [...accounts, 'stranger'])
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 1, together: [31] })
    expect(await fileOf(world, 'stranger')).toEqual(['OrderDate,TotalAmount'])
  })

  test('and are of one account, come one by one, and do not keep another account waiting', async () => {
    const { calls, engine } = counted()
    const world = await openWorld(workshop, { engine })
    for (let index = 0; index < 40; index += 1) {
      await storeReport(world.stores.reports, { id: `big-${index}`, accountId: 'account-1', queryText: groupsQuery })
    }
    await storeReport(world.stores.reports, { id: 'small', accountId: 'account-2', queryText: rowsQuery })
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 41, together: [] })
    const ended = world.events.names.filter((name) => name.startsWith('executionCompleted'))
    expect(ended.indexOf('executionCompleted small.0')).toBeLessThan(2)
  })

  test('are as many at once as the engine has memory for', async () => {
    const { calls, engine } = counted()
    const small: QueryEngine = {
      ...engine,
      exportTogether(query, targets, options) {
        if (targets.length > 10) return Promise.reject(new EngineError('out_of_memory', 'too much'))
        return engine.exportTogether(query, targets, options)
      },
    }
    const world = await openWorld(workshop, { engine: small })
    await storeReports(world, groupsQuery)
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 0, together: [8, 8, 8, 6] })
    expect(world.events.all.filter(({ name }) => name === 'workerError')).toEqual([])
    for (const accountId of accounts) expect((await fileOf(world, accountId)).length).toBeGreaterThan(10)
  })

  test('keep the files that were made before a scan fails, and the others are made one by one', async () => {
    const { calls, engine } = counted()
    let scans = 0
    const failing: QueryEngine = {
      ...engine,
      exportTogether(query, targets, options) {
        scans += 1
        if (scans === 1) return Promise.reject(new EngineError('out_of_memory', 'too much'))
        if (scans === 3) return Promise.reject(new EngineError('crashed', 'gone'))
        return engine.exportTogether(query, targets, options)
      },
    }
    const world = await openWorld(workshop, { engine: failing })
    await storeReports(world, groupsQuery)
    await start(world.deps).settled()
    expect(calls).toEqual({ alone: 15, together: [15] })
    expect(world.events.all.find(({ name }) => name === 'workerError')?.error).toMatchObject({ code: 'crashed' })
    for (const accountId of accounts) expect((await fileOf(world, accountId)).length).toBeGreaterThan(10)
  })

  test('are all made one by one when the scan fails, and no try is used up', async () => {
    const { calls, engine } = counted()
    const failing: QueryEngine = {
      ...engine,
      exportTogether: () => Promise.reject(new EngineError('out_of_memory', 'too much')),
    }
    const world = await openWorld(workshop, { engine: failing })
    await storeReports(world, groupsQuery)
    await start(world.deps).settled()
    expect(calls.alone).toBe(30)
    expect(world.events.all.filter(({ name }) => name === 'executionRetried')).toEqual([])
    expect(world.events.all.find(({ name }) => name === 'workerError')?.error).toMatchObject({ code: 'out_of_memory' })
    for (const accountId of accounts) expect((await fileOf(world, accountId)).length).toBeGreaterThan(10)
  })

  test('go on without an account that is disabled: nothing of it is read', async () => {
    const asked: string[] = []
    const engine: QueryEngine = {
      ...workshop.engine,
      exportTogether(query, targets, options) {
        asked.push(...targets.map(({ accountId }) => accountId))
        return workshop.engine.exportTogether(query, targets, options)
      },
    }
    const world = await openWorld(workshop, {
      engine,
      isAccountDisabled: async (accountId) => accountId === 'account-3',
    })
    await storeReports(world, rowsQuery)
    await start(world.deps).settled()
    expect(asked.toSorted()).toEqual(accounts.filter((accountId) => accountId !== 'account-3').toSorted())
    expect(await world.published()).toHaveLength(29)
    expect(world.events.all.filter(({ name }) => name === 'executionFailed')).toHaveLength(1)
  })

  test('go on when the report of one of them is deleted meanwhile', async () => {
    const scanning = Promise.withResolvers<void>()
    const deleted = Promise.withResolvers<void>()
    const { calls, engine } = counted()
    const slow: QueryEngine = {
      ...engine,
      async exportTogether(...args) {
        scanning.resolve()
        await deleted.promise
        return engine.exportTogether(...args)
      },
    }
    const world = await openWorld(workshop, { engine: slow })
    await storeReports(world, groupsQuery)
    const worker = start(world.deps)
    await scanning.promise
    await world.stores.reports.delete('account-3', 'cmp', 'of-account-3', told)
    worker.cancel('of-account-3')
    deleted.resolve()
    await worker.settled()
    expect(calls.together).toEqual([30])
    expect(await world.published()).toHaveLength(29)
    expect(await world.staged()).toEqual([])
    expect((await fileOf(world, 'account-4')).length).toBeGreaterThan(10)
  })

  test('are handed back together by a worker that is told to stop, and made once by the next', async () => {
    const scanning = Promise.withResolvers<void>()
    const { engine } = counted()
    const endless: QueryEngine = {
      ...engine,
      exportTogether: (_query, _targets, { signal }) =>
        new Promise((_, reject) => {
          scanning.resolve()
          signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'called off')))
        }),
      export: (_query, _target, { signal }) =>
        signal.aborted
          ? Promise.reject(new EngineError('cancelled', 'called off'))
          : Promise.reject(new Error('not stopped')),
    }
    const world = await openWorld(workshop, { engine: endless })
    await storeReports(world, groupsQuery)
    const first = start(world.deps)
    await scanning.promise
    first.stop()
    await first.stopped
    expect(world.events.all.filter(({ name }) => name === 'executionHandedBack')).toHaveLength(30)

    const { calls, engine: working } = counted()
    await start({ ...world.deps, engine: working }).settled()
    expect(await world.published()).toHaveLength(30)
    // Begun and handed back: no occurrence waits for it any more, so each is claimed as it comes.
    expect(calls.alone + calls.together.length).toBeGreaterThan(0)
    await world.clock.set(midnight + dayMs)
    await world.events.happened('executionCompleted', 60)
    expect(await world.published()).toHaveLength(60)
  })
})
