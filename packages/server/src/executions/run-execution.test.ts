import { createHash } from 'node:crypto'
import { copyFile, mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineError } from '../datasets/query-engine.ts'
import type { EngineErrorCode } from '../datasets/query-engine.ts'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import type { ClaimedExecution, FailureCode } from './execution.ts'
import { runExecution } from './run-execution.ts'
import { midnight, once, storeReport } from './testing/a-report.ts'
import { engineThat, openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'
import type { WorkerDeps } from './worker.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

const running = new AbortController().signal

async function claim(deps: WorkerDeps): Promise<ClaimedExecution> {
  const claimed = await claimExecution(deps)
  if (claimed === undefined) throw new Error('nothing is due')
  return claimed
}

/** Another worker takes the execution, as it may when the lease has ended. */
async function steal(world: World): Promise<ClaimedExecution> {
  const now = world.clock.now() + dayMs / 2
  const stolen = await world.stores.executions.claimDue(
    { token: 'stolen', owner: 'worker-2', now, expiresAt: now + dayMs },
    () => undefined,
  )
  if (stolen === undefined) throw new Error('nothing to steal')
  return stolen
}

describe('a run that ends well', () => {
  test('publishes the file, and completes with artifact and callback together', async () => {
    let owed = 0
    const world = await openWorld(workshop, { deliveryOwed: () => (owed += 1) })
    await storeReport(world.stores.reports, {
      callback: { url: 'https://partner.example/cb', method: 'POST', on: 'completed' },
    })
    await runExecution(world.deps, await claim(world.deps), running)

    expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionCompleted report-1.0'])
    const [execution, next] = await world.list()
    expect(execution).toMatchObject({ status: 'Completed', attempts: 1, startedAt: midnight, finishedAt: midnight })
    expect(next).toMatchObject({ status: 'Pending', occurrence: 1, scheduledAt: midnight + dayMs })

    const artifact = execution?.artifact
    const lines = await world.linesOf(artifact?.blobKey)
    expect([lines[0], lines.length - 1]).toEqual(['OrderDate,OrderId', 32])
    expect(artifact).toMatchObject({ executionId: 'report-1.0', fileName: 'Orders_Day.csv', createdAt: midnight })
    expect(artifact?.manifest).toMatchObject({
      rows: 32,
      sha256: createHash('sha256')
        .update(`${lines.join('\n')}\n`)
        .digest('hex'),
      referenceTime: '2026-01-10T00:00:00Z',
      generatedTime: '2026-01-10T00:00:00Z',
    })

    const deliveries = await world.stores.deliveries.find('account-1', 'report-1.0')
    expect(deliveries).toMatchObject([{ url: 'https://partner.example/cb', status: 'waiting', dueAt: midnight }])
    expect(JSON.parse(deliveries[0]?.body ?? '')).toMatchObject({ data: { manifest: artifact?.manifest } })
    expect(owed).toBe(1)
    expect(await world.staged()).toEqual([])
    expect(world.clock.waiting).toEqual([])
  })

  test('owes no callback when the report has none', async () => {
    let owed = 0
    const world = await openWorld(workshop, { deliveryOwed: () => (owed += 1) })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    expect([owed, await world.stores.deliveries.find('account-1', 'report-1.0')]).toEqual([0, []])
  })

  test('has the rows of its account and none of another', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports, {
      schedule: once(midnight),
      queryText: 'SELECT OrderId, TotalAmount FROM Orders TIMESPAN LIFETIME',
    })
    await runExecution(world.deps, await claim(world.deps), running)
    const [execution] = await world.list()
    const lines = await world.linesOf(execution?.artifact?.blobKey)
    expect(lines).toHaveLength(1 + 62)
    expect(lines.join()).not.toContain('secret')
  })

  test('computes its window from the scheduled time, however late it runs', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    await world.clock.advance(9 * dayMs)
    await runExecution(world.deps, await claim(world.deps), running)
    const [execution] = await world.list()
    const days = (await world.linesOf(execution?.artifact?.blobKey)).slice(1).sort()
    expect([days[0], days.at(-1)]).toEqual(['2025-12-10,order-2025-12-10', '2026-01-10,order-2026-01-10'])
    expect(execution?.artifact?.manifest.referenceTime).toBe('2026-01-10T00:00:00Z')
  })

  test('of ExecuteNow with a window of its own takes that instead of TIMESPAN', async () => {
    const world = await openWorld(workshop)
    const schedule = once(midnight, Date.UTC(2026, 0, 3), Date.UTC(2026, 0, 5))
    await storeReport(world.stores.reports, { schedule })
    await runExecution(world.deps, await claim(world.deps), running)
    const [execution] = await world.list()
    const lines = await world.linesOf(execution?.artifact?.blobKey)
    expect(lines.slice(1).sort()).toEqual(['2026-01-03,order-2026-01-03', '2026-01-04,order-2026-01-04'])
  })

  test('makes the same bytes when it is run again', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    // The first one dies after publishing, before it is recorded.
    const dying = await claim(world.deps)
    const executions = { ...world.deps.executions, complete: () => Promise.reject(new Error('the power went')) }
    const blobs = { ...world.blobs, delete: () => Promise.resolve() }
    await runExecution({ ...world.deps, executions, blobs }, dying, running)
    await world.clock.advance(minuteMs)
    await runExecution(world.deps, await claim(world.deps), running)
    const keys = await world.published()
    expect(keys).toHaveLength(2)
    expect(await world.linesOf(keys[0])).toEqual(await world.linesOf(keys[1]))
  })
})

describe('a worker that lost its lease', () => {
  test('while the engine worked, publishes nothing', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const engine = engineThat(async (...args) => {
      const file = await workshop.engine.export(...args)
      await steal(world)
      return file
    })
    let publishes = 0
    const blobs = {
      ...world.blobs,
      publish(key: string) {
        publishes += 1
        return world.blobs.publish(key)
      },
    }
    await runExecution({ ...world.deps, engine, blobs }, await claim(world.deps), running)
    expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionLeaseLost report-1.0'])
    expect([publishes, await world.staged()]).toEqual([0, []])
    expect((await world.list())[0]).toMatchObject({ status: 'Running', artifact: null })
  })

  test('after its last question, while it published, removes what it published', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const publishedMeanwhile: string[] = []
    const blobs = {
      ...world.blobs,
      async publish(key: string) {
        await world.blobs.publish(key)
        publishedMeanwhile.push(...(await world.published()))
        await steal(world)
      },
    }
    await runExecution({ ...world.deps, blobs }, await claim(world.deps), running)
    expect(publishedMeanwhile).toHaveLength(1)
    expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionLeaseLost report-1.0'])
    expect(await world.published()).toEqual([])
    expect((await world.list())[0]).toMatchObject({ status: 'Running', artifact: null })
  })

  test('does not disturb the one that has it now', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    let successor: ClaimedExecution | undefined
    const engine = engineThat(async (...args) => {
      const file = await workshop.engine.export(...args)
      successor ??= await steal(world)
      await runExecution(world.deps, successor, running)
      return file
    })
    await runExecution({ ...world.deps, engine }, await claim(world.deps), running)
    const [execution] = await world.list()
    expect(execution).toMatchObject({
      status: 'Completed',
      attempts: 2,
      artifact: { blobKey: 'report-1.0.stolen.csv' },
    })
    expect(await world.published()).toEqual(['report-1.0.stolen.csv'])
  })

  test('is told at its next renewal, and stops the engine', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const { engine, working } = engineUntilStopped()
    const run = runExecution({ ...world.deps, engine }, await claim(world.deps), running)
    await working
    await steal(world)
    await world.clock.advance(10 * secondMs)
    await run
    expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionLeaseLost report-1.0'])
  })

  test('because its report was deleted, stops and leaves nothing', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const { engine, working } = engineUntilStopped()
    const gone = { ...world.deps.executions, renewLease: () => Promise.resolve(false) }
    const run = runExecution({ ...world.deps, engine, executions: gone }, await claim(world.deps), running)
    await working
    await world.clock.advance(10 * secondMs)
    await run
    expect(world.events.names.at(-1)).toBe('executionLeaseLost report-1.0')
    expect([await world.published(), await world.staged()]).toEqual([[], []])
  })
})

describe('the lease of a run', () => {
  test('is renewed for as long as the engine works', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const { engine, working, finish } = engineUntilStopped()
    const run = runExecution({ ...world.deps, engine }, await claim(world.deps), running)
    await working
    await world.clock.advance(10 * minuteMs)
    expect(await claimExecution(world.deps)).toBeUndefined()
    finish()
    await run
    expect(world.events.names.at(-1)).toBe('executionCompleted report-1.0')
  })

  test('survives two renewals that fail', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    let failing = 2
    const executions = {
      ...world.deps.executions,
      renewLease(...args: Parameters<World['deps']['executions']['renewLease']>) {
        if (failing === 0) return world.deps.executions.renewLease(...args)
        failing -= 1
        return Promise.reject(new Error('locked'))
      },
    }
    const { engine, working, finish } = engineUntilStopped()
    const run = runExecution({ ...world.deps, engine, executions }, await claim(world.deps), running)
    await working
    await world.clock.advance(20 * secondMs)
    finish()
    await run
    expect(world.events.names).toEqual([
      'executionStarted report-1.0',
      'workerError',
      'workerError',
      'executionCompleted report-1.0',
    ])
  })

  test('counts as lost when the store could not be asked until its end', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const executions = { ...world.deps.executions, renewLease: () => Promise.reject(new Error('locked')) }
    const { engine, working } = engineUntilStopped()
    const run = runExecution({ ...world.deps, engine, executions }, await claim(world.deps), running)
    await working
    await world.clock.advance(30 * secondMs)
    await run
    expect(world.events.names.at(-1)).toBe('executionLeaseLost report-1.0')
    // By now it is anyone's.
    expect(await claimExecution(world.deps)).toMatchObject({ id: 'report-1.0', attempts: 2 })
  })
})

describe('a run that fails', () => {
  test('is tried three times with growing pauses; then it has failed, and the next occurrence waits', async () => {
    const engine = engineThat(() => Promise.reject(new EngineError('out_of_memory', 'the engine’s own words')))
    const world = await openWorld(workshop, { engine })
    await storeReport(world.stores.reports)

    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.all.at(-1)).toMatchObject({ name: 'executionRetried', retryAt: midnight + 10 * secondMs })
    expect(await claimExecution(world.deps)).toBeUndefined()

    await world.clock.advance(10 * secondMs)
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.all.at(-1)).toMatchObject({ name: 'executionRetried', retryAt: midnight + 70 * secondMs })

    await world.clock.advance(minuteMs)
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.names.at(-1)).toBe('executionFailed report-1.0')
    const [failed, next] = await world.list()
    expect(failed).toMatchObject({ status: 'Failed', attempts: 3, failure: { code: 'out_of_memory' }, artifact: null })
    expect(failed?.failure?.message).not.toContain('own words')
    expect(failed?.report.status).toBe('Active')
    expect(next).toMatchObject({ status: 'Pending', scheduledAt: midnight + dayMs })
  })

  test('does not begin to write when the disk is nearly full, and is tried again when there is room', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports, { schedule: once(midnight) })
    const full = { ...world.deps, room: { freeBytes: async () => 99, minimumFreeBytes: 100 } }
    await runExecution(full, await claim(full), running)
    expect(world.events.all.at(-1)).toMatchObject({ name: 'executionRetried', failure: { code: 'disk_full' } })
    expect(await world.staged()).toEqual([])
    await world.clock.advance(10 * secondMs)
    await runExecution(world.deps, await claim(world.deps), running)
    expect((await world.list())[0]).toMatchObject({ status: 'Completed' })
  })

  test.each([
    ['ended', 1],
    ['completed', 0],
  ] as const)('tells of a failure who asked for it: %s', async (on, owed) => {
    const engine = engineThat(() => Promise.reject(new Error('boom')))
    const world = await openWorld(workshop, { engine })
    await storeReport(world.stores.reports, {
      callback: { url: 'https://partner.example/cb', method: 'POST', on },
      schedule: once(midnight),
    })
    for (const pauseMs of [0, 10 * secondMs, minuteMs]) {
      await world.clock.advance(pauseMs)
      await runExecution(world.deps, await claim(world.deps), running)
    }
    const deliveries = await world.stores.deliveries.find('account-1', 'report-1.0')
    expect(deliveries).toHaveLength(owed)
    for (const { body } of deliveries) {
      expect(JSON.parse(body)).toMatchObject({
        type: 'report.execution.failed',
        data: { executionStatus: 'Failed', failureReason: { code: 'internal' } },
      })
    }
  })

  test('shows no failure any more once a later try completes', async () => {
    let tries = 0
    const engine = engineThat((...args) => {
      tries += 1
      if (tries === 1) return Promise.reject(new EngineError('crashed', 'the process died'))
      return workshop.engine.export(...args)
    })
    const world = await openWorld(workshop, { engine })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    await world.clock.advance(10 * secondMs)
    await runExecution(world.deps, await claim(world.deps), running)
    expect((await world.list())[0]).toMatchObject({ status: 'Completed', attempts: 2, failure: null })
    expect(await world.published()).toHaveLength(1)
  })

  const told: readonly [EngineErrorCode, FailureCode][] = [
    ['timeout', 'timeout'],
    ['out_of_memory', 'out_of_memory'],
    ['disk_full', 'disk_full'],
    ['missing_file', 'dataset_unavailable'],
    ['unreadable_data', 'dataset_unavailable'],
    ['crashed', 'engine_error'],
    ['failed', 'engine_error'],
    ['cancelled', 'internal'],
  ]
  test.each(told)('by the engine’s %s tells its partner %s, in words of ours', async (thrown, code) => {
    const engine = engineThat(() => Promise.reject(new EngineError(thrown, 'at /var/lib/almanac')))
    const world = await openWorld(workshop, { engine })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    const event = world.events.all.at(-1)
    expect(event).toMatchObject({ name: 'executionRetried', failure: { code } })
    expect(event?.failure?.message).toMatch(/^[A-Z].*\.$/)
    expect(event?.failure?.message).not.toContain('/var')
    // The log gets the rest.
    expect(event?.error).toMatchObject({ message: 'at /var/lib/almanac' })
  })

  test('by a bug is internal to its partner', async () => {
    const world = await openWorld(workshop, {
      engine: engineThat(() => Promise.reject(new TypeError('x is undefined'))),
    })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.all.at(-1)?.failure).toMatchObject({ code: 'internal' })
  })

  test('because the catalog has changed fails at once, with what is wrong and where', async () => {
    const columns = smallDataset().columns.filter(({ name }) => name !== 'OrderId')
    const world = await openWorld(workshop, { catalog: smallCatalog([smallDataset({ columns })]) })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    const event = world.events.all.at(-1)
    expect(event).toMatchObject({ name: 'executionFailed', failure: { code: 'invalid_query' } })
    expect(event?.failure?.message).toMatch(/OrderId.*\(line 1, column 19\)/)
    expect((await world.list())[0]).toMatchObject({ status: 'Failed', attempts: 1 })
  })

  test('because its dataset has no files may find some at its next try', async () => {
    const source = { kind: 'files', format: 'parquet', pattern: 'cmp/elsewhere/*.parquet' } as const
    const world = await openWorld(workshop, { catalog: smallCatalog([smallDataset({ source })]) })
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.all.at(-1)).toMatchObject({
      name: 'executionRetried',
      failure: { code: 'dataset_unavailable' },
      error: { cause: expect.any(Error) },
    })
  })

  describe('because the data were replaced while they were read', () => {
    const source = { kind: 'files', format: 'parquet', pattern: 'cmp/moving/**/*.parquet' } as const
    const moving = join('datasets', 'cmp', 'moving')

    async function openMovingWorld(change: (folder: string) => Promise<unknown>) {
      const folder = join(workshop.folder, moving)
      await rm(folder, { recursive: true, force: true })
      for (const account of ['account-1', 'account-2']) {
        await mkdir(join(folder, `AccountId=${account}`), { recursive: true })
        await copyFile(join(workshop.folder, 'datasets/cmp/orders/orders.parquet'), fileOf(folder, account))
      }
      let changes = 0
      const engine = engineThat(async (...args) => {
        const file = await workshop.engine.export(...args)
        if ((changes += 1) === 1) await change(folder)
        return file
      })
      const world = await openWorld(workshop, { engine, catalog: smallCatalog([smallDataset({ source })]) })
      await storeReport(world.stores.reports)
      await runExecution(world.deps, await claim(world.deps), running)
      return world
    }

    function fileOf(folder: string, account: string): string {
      return join(folder, `AccountId=${account}`, 'orders.parquet')
    }

    test('publishes nothing, and the next try reads the new ones', async () => {
      const world = await openMovingWorld((folder) => utimes(fileOf(folder, 'account-1'), 1, 1))
      expect(world.events.all.at(-1)).toMatchObject({
        name: 'executionRetried',
        failure: { code: 'dataset_unavailable' },
        error: { cause: { message: 'The data of Orders were replaced while they were read' } },
      })
      expect([await world.published(), await world.staged()]).toEqual([[], []])
      await world.clock.advance(10 * secondMs)
      await runExecution(world.deps, await claim(world.deps), running)
      expect((await world.list())[0]).toMatchObject({ status: 'Completed', attempts: 2 })
    })

    test.each([
      [
        'that came',
        (folder: string) => copyFile(fileOf(folder, 'account-1'), join(folder, 'AccountId=account-1/new.parquet')),
      ],
      ['of another account', (folder: string) => utimes(fileOf(folder, 'account-2'), 1, 1)],
    ])('and not because of a file %s', async (_, change) => {
      const world = await openMovingWorld(change)
      expect((await world.list())[0]).toMatchObject({ status: 'Completed', attempts: 1 })
    })
  })

  test('in publishing leaves no file', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const blobs = { ...world.blobs, publish: () => Promise.reject(new Error('EIO')) }
    await runExecution({ ...world.deps, blobs }, await claim(world.deps), running)
    expect(world.events.all.at(-1)).toMatchObject({ name: 'executionRetried', failure: { code: 'internal' } })
    expect([await world.published(), await world.staged()]).toEqual([[], []])
  })
})

describe('a store that fails in the completing transaction', () => {
  test('which did not happen, leaves no file, and the run is tried again', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const executions = { ...world.deps.executions, complete: () => Promise.reject(new Error('disk I/O error')) }
    await runExecution({ ...world.deps, executions }, await claim(world.deps), running)
    expect(world.events.names.at(-1)).toBe('executionRetried report-1.0')
    expect(await world.published()).toEqual([])
  })

  test('which did happen, unknown to us, keeps the file of the completed execution', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const executions = {
      ...world.deps.executions,
      async complete(...args: Parameters<World['deps']['executions']['complete']>) {
        await world.deps.executions.complete(...args)
        throw new Error('the connection broke after COMMIT')
      },
    }
    await runExecution({ ...world.deps, executions }, await claim(world.deps), running)
    const [execution] = await world.list()
    expect(execution?.status).toBe('Completed')
    expect(await world.linesOf(execution?.artifact?.blobKey)).toHaveLength(33)
  })
})

describe('an occurrence that was missed', () => {
  test('by more than 30 days is recorded as missed, without being run', async () => {
    const world = await openWorld(workshop, { engine: engineThat(() => Promise.reject(new Error('never asked'))) })
    await storeReport(world.stores.reports)
    await world.clock.set(midnight + 30 * dayMs + 1)
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.names).toEqual(['executionFailed report-1.0'])
    const [passed, next] = await world.list()
    expect(passed).toMatchObject({ status: 'Failed', failure: { code: 'missed' } })
    expect(next).toMatchObject({ status: 'Pending', scheduledAt: midnight + dayMs })
  })

  test('by 30 days and no more is still run', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    await world.clock.set(midnight + 30 * dayMs)
    await runExecution(world.deps, await claim(world.deps), running)
    expect((await world.list())[0]).toMatchObject({ status: 'Completed' })
  })
})

describe('a worker that dies', () => {
  test('in the middle of its file leaves a run that another finishes when the lease has ended', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const dead = await claim(world.deps)
    await writeFile(world.blobs.stagingPath(`report-1.0.${dead.lease.token}.csv`), 'OrderDate,Ord')

    await world.clock.set(dead.lease.expiresAt - 1)
    expect(await claimExecution(world.deps)).toBeUndefined()
    await world.clock.set(dead.lease.expiresAt)
    await runExecution(world.deps, await claim({ ...world.deps, workerId: 'worker-2' }), running)
    const [execution] = await world.list()
    expect(execution).toMatchObject({ status: 'Completed', attempts: 2, startedAt: midnight })
    expect(await world.linesOf(execution?.artifact?.blobKey)).toHaveLength(33)
  })

  test('has not failed a try: a run that is taken over twice has its three all the same', async () => {
    const world = await openWorld(workshop, { engine: engineThat(() => Promise.reject(new Error('boom'))) })
    await storeReport(world.stores.reports)
    for (let death = 1; death <= 2; death += 1) {
      await claim(world.deps)
      await world.clock.advance(30 * secondMs)
    }
    for (const pauseMs of [10 * secondMs, minuteMs]) {
      await runExecution(world.deps, await claim(world.deps), running)
      expect(world.events.all.at(-1)).toMatchObject({
        name: 'executionRetried',
        retryAt: world.clock.now() + pauseMs,
      })
      await world.clock.advance(pauseMs)
    }
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.names.at(-1)).toBe('executionFailed report-1.0')
  })

  test('in each of twenty tries is not given another', async () => {
    const world = await openWorld(workshop, { engine: engineThat(() => Promise.reject(new Error('never asked'))) })
    await storeReport(world.stores.reports)
    for (let death = 1; death <= 20; death += 1) {
      await claim(world.deps)
      await world.clock.advance(30 * secondMs)
    }
    await runExecution(world.deps, await claim(world.deps), running)
    expect(world.events.names).toEqual(['executionFailed report-1.0'])
    expect((await world.list())[0]).toMatchObject({ status: 'Failed', failure: { code: 'internal' } })
  })
})

describe('a worker that shuts down', () => {
  test('hands its run back: another may take it at once, and the try does not count', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    const shutdown = new AbortController()
    const { engine, working } = engineUntilStopped()
    const run = runExecution({ ...world.deps, engine }, await claim(world.deps), shutdown.signal)
    await working
    shutdown.abort()
    await run
    expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionHandedBack report-1.0'])
    expect([await world.published(), await world.staged(), world.clock.waiting]).toEqual([[], [], []])
    await runExecution(world.deps, await claim({ ...world.deps, workerId: 'worker-2' }), running)
    expect((await world.list())[0]).toMatchObject({ status: 'Completed', attempts: 1 })
  })

  test('before its run has begun hands that back too', async () => {
    const world = await openWorld(workshop)
    await storeReport(world.stores.reports)
    await runExecution(world.deps, await claim(world.deps), AbortSignal.abort())
    expect(world.events.names.at(-1)).toBe('executionHandedBack report-1.0')
    expect(await world.staged()).toEqual([])
  })
})

/** The real engine, behind a gate: it begins when told to `finish`, and is told by its signal to stop. */
function engineUntilStopped() {
  const working = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const engine = engineThat(async (query, target, options) => {
    options.signal.addEventListener('abort', () => gate.reject(new EngineError('cancelled', 'called off')))
    working.resolve()
    await gate.promise
    return workshop.engine.export(query, target, options)
  })
  return { engine, working: working.promise, finish: () => gate.resolve() }
}
