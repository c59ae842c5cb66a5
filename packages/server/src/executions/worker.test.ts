import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { EngineError } from '../datasets/query-engine.ts'
import { dayMs, hourMs, minuteMs, secondMs, toWireTime } from '../kernel/hours.ts'
import { openSqliteStores } from '../stores/open-sqlite-stores.ts'
import { told } from '../kernel/testing/told.ts'
import { daily, midnight, once, storeReport } from './testing/a-report.ts'
import { engineThat, openWorkshop, openWorld } from './testing/open-workshop.ts'
import type { Workshop, World } from './testing/open-workshop.ts'
import { startWorker } from './worker.ts'
import type { WorkerDeps } from './worker.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop.close())

/** Starts a worker that stops with its test. */
function start(world: World, change: Partial<WorkerDeps> = {}) {
  const stop = new AbortController()
  const worker = startWorker({ ...world.deps, ...change }, stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await worker.stopped
  })
  return { ...worker, stop: () => stop.abort() }
}

/** What the executions of the report came to: `occurrence status reference-day`. */
async function story(world: World): Promise<readonly string[]> {
  const found = await world.list()
  return found.map(({ occurrence, status, scheduledAt }) => `${occurrence} ${status} ${day(scheduledAt)}`)
}

const day = (at: number) => toWireTime(at).slice(0, 10)

async function reportOf(world: World) {
  const report = await world.stores.reports.find('account-1', 'cmp', 'report-1')
  if (report === undefined) throw new Error('the report is gone')
  return report
}

test('a schedule fires at its start and at each interval after it, counts down, and becomes Inactive', async () => {
  const world = await openWorld(workshop)
  const firstAt = midnight + 6 * hourMs
  await storeReport(world.stores.reports, { schedule: daily(firstAt, 3) })
  start(world)

  await world.clock.waitedFor(firstAt)
  await world.clock.set(firstAt - 1)
  expect(world.events.names).toEqual([])
  expect(await reportOf(world)).toMatchObject({ startedCount: 0, nextExecutionAt: firstAt })

  for (const [k, status] of [
    [0, 'Active'],
    [1, 'Active'],
    [2, 'Inactive'],
  ] as const) {
    await world.clock.set(firstAt + k * dayMs)
    await world.events.happened('executionCompleted', k + 1)
    const isLast = k === 2
    expect(await reportOf(world)).toMatchObject({
      status,
      startedCount: k + 1,
      nextExecutionAt: isLast ? null : firstAt + (k + 1) * dayMs,
    })
    if (!isLast) await world.clock.waitedFor(firstAt + (k + 1) * dayMs)
  }

  await world.clock.advance(10 * dayMs)
  expect(await story(world)).toEqual(['0 Completed 2026-01-10', '1 Completed 2026-01-11', '2 Completed 2026-01-12'])
  expect((await world.list()).map(({ startedAt }) => startedAt)).toEqual([
    firstAt,
    firstAt + dayMs,
    firstAt + 2 * dayMs,
  ])
})

test('ExecuteNow runs as soon as the worker is woken, and once', async () => {
  const world = await openWorld(workshop)
  const worker = start(world)
  await world.clock.advance(1)
  await storeReport(world.stores.reports, { schedule: once(world.clock.now()) })
  worker.wake()
  await world.events.happened('executionCompleted')
  expect(world.clock.now()).toBe(midnight + 1)
  expect(await reportOf(world)).toMatchObject({ status: 'Inactive', startedCount: 1, nextExecutionAt: null })
})

test('what another process stored is found within the look interval', async () => {
  const world = await openWorld(workshop, { lookEverySeconds: 10 })
  start(world)
  await world.clock.advance(1)
  await storeReport(world.stores.reports, { schedule: once(world.clock.now()) })
  await world.clock.advance(10 * secondMs - 2)
  expect(world.events.names).toEqual([])
  await world.clock.advance(1)
  await world.events.happened('executionCompleted')
  expect(world.events.names).toEqual(['executionStarted report-1.0', 'executionCompleted report-1.0'])
})

test('occurrences missed while no worker ran are made up in order, each with its own reference time', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports)
  await world.clock.set(midnight + 3 * dayMs + hourMs)
  start(world)
  await world.events.happened('executionCompleted', 4)

  expect(await story(world)).toEqual([
    '0 Completed 2026-01-10',
    '1 Completed 2026-01-11',
    '2 Completed 2026-01-12',
    '3 Completed 2026-01-13',
    '4 Pending 2026-01-14',
  ])
  expect(world.events.names.filter((name) => name.startsWith('executionCompleted'))).toHaveLength(4)
  for (const { status, artifact, scheduledAt } of await world.list()) {
    if (status !== 'Completed') continue
    const lines = (await world.linesOf(artifact?.blobKey)).slice(1).sort()
    expect(lines.at(-1)).toBe(`${day(scheduledAt)},order-${day(scheduledAt)}`)
  }
})

test('after a long sleep, occurrences older than 30 days are recorded as missed and the others are made up', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports, { schedule: daily(midnight, 35) })
  await world.clock.set(midnight + 34 * dayMs)
  start(world)
  await world.events.happened('executionCompleted', 31)
  const found = await world.list()
  expect(found.map(({ status }) => status)).toEqual([
    ...Array.from({ length: 4 }, () => 'Failed'),
    ...Array.from({ length: 31 }, () => 'Completed'),
  ])
  expect(found.slice(0, 4).map(({ failure }) => failure?.code)).toEqual(['missed', 'missed', 'missed', 'missed'])
  expect((await reportOf(world)).status).toBe('Inactive')
})

test('an occurrence that fails for good stops none of the following', async () => {
  let broken = true
  const world = await openWorld(workshop, {
    engine: engineThat((...args) =>
      broken ? Promise.reject(new EngineError('crashed', 'died')) : workshop.engine.export(...args),
    ),
  })
  await storeReport(world.stores.reports)
  start(world)
  await world.events.happened('executionRetried', 1)
  await world.clock.advance(10 * secondMs)
  await world.events.happened('executionRetried', 2)
  await world.clock.advance(minuteMs)
  await world.events.happened('executionFailed')
  broken = false
  await world.clock.set(midnight + dayMs)
  await world.events.happened('executionCompleted')
  expect(await story(world)).toEqual(['0 Failed 2026-01-10', '1 Completed 2026-01-11', '2 Pending 2026-01-12'])
})

test('two executions of one report never run at once, however long one takes; other reports go on meanwhile', async () => {
  const gate = Promise.withResolvers<void>()
  const world = await openWorld(workshop, {
    slots: 2,
    leaseSeconds: hourMs / secondMs,
    engine: engineThat(async (query, target, options) => {
      if (target.path.includes('report-1.0')) await gate.promise
      return workshop.engine.export(query, target, options)
    }),
  })
  await storeReport(world.stores.reports)
  await storeReport(world.stores.reports, { id: 'report-2', schedule: once(midnight + dayMs + 1) })
  start(world)
  await world.clock.set(midnight + dayMs + hourMs)
  await world.events.happened('executionCompleted')
  expect(world.events.names).toEqual([
    'executionStarted report-1.0',
    'executionStarted report-2.0',
    'executionCompleted report-2.0',
  ])
  gate.resolve()
  await world.events.happened('executionCompleted', 3)
  expect(await story(world)).toEqual(['0 Completed 2026-01-10', '1 Completed 2026-01-11', '2 Pending 2026-01-12'])
})

test('a store in trouble stops neither the worker nor what is due', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports)
  let failures = 3
  const { executions } = world.deps
  start(world, {
    executions: {
      ...executions,
      claimDue(...args) {
        if (failures === 0) return executions.claimDue(...args)
        failures -= 1
        return Promise.reject(new Error('database is locked'))
      },
    },
  })
  await world.clock.advance(minuteMs)
  await world.events.happened('executionCompleted')
  expect(world.events.names.slice(0, 4)).toEqual([
    'workerError',
    'workerError',
    'workerError',
    'executionStarted report-1.0',
  ])
})

test('a run whose end could not be recorded is run again when its lease has ended', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports, { schedule: once(midnight) })
  const { executions } = world.deps
  let down = true
  const failing = <Result>() => Promise.reject<Result>(new Error('disk I/O error'))
  start(world, {
    executions: {
      ...executions,
      complete: (...args) => (down ? failing() : executions.complete(...args)),
      retryAt: (...args) => (down ? failing() : executions.retryAt(...args)),
    },
  })
  await world.clock.advance(0)
  await world.events.happened('workerError')
  down = false
  await world.clock.advance(minuteMs)
  await world.events.happened('executionCompleted')
  expect(await world.list()).toMatchObject([{ status: 'Completed', attempts: 2 }])
})

test('told to stop, a worker hands back what it runs; after a restart another finishes it from the same file', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports, { schedule: once(midnight) })
  const working = Promise.withResolvers<void>()
  const engine = engineThat((_query, _target, { signal }) => {
    working.resolve()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'called off')))
    })
  })
  const first = start(world, { engine })
  await working.promise
  first.stop()
  await first.stopped
  expect(world.events.names.at(-1)).toBe('executionHandedBack report-1.0')

  const reopened = await openSqliteStores(world.file)
  start(world, { executions: reopened.executions, workerId: 'worker-2' })
  await world.events.happened('executionCompleted')
  await reopened.close()
  expect(await world.list()).toMatchObject([{ status: 'Completed', attempts: 1 }])
})

test('a report deleted while it runs: its query is called off at once, and nothing is published or recorded', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports)
  const working = Promise.withResolvers<void>()
  const calledOff = Promise.withResolvers<void>()
  const engine = engineThat((_query, _target, { signal }) => {
    working.resolve()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        calledOff.resolve()
        reject(new EngineError('cancelled', 'called off'))
      })
    })
  })
  const worker = start(world, { engine })
  await working.promise
  worker.cancel('report-2')
  await world.stores.reports.delete('account-1', 'cmp', 'report-1', told)
  worker.cancel('report-1')
  await calledOff.promise
  await world.events.happened('executionLeaseLost')
  worker.stop()
  await worker.stopped
  expect(await world.list()).toEqual([])
  expect(await world.staged()).toEqual([])
  expect(world.events.names.filter((name) => name.startsWith('executionCompleted'))).toEqual([])
})

test('a worker that is not told of a deletion finds out when it renews its lease', async () => {
  const world = await openWorld(workshop)
  await storeReport(world.stores.reports)
  const working = Promise.withResolvers<void>()
  const engine = engineThat((_query, _target, { signal }) => {
    working.resolve()
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'called off')))
    })
  })
  start(world, { engine })
  await working.promise
  await world.stores.reports.delete('account-1', 'cmp', 'report-1', told)
  await world.clock.advance(world.deps.leaseSeconds * secondMs)
  await world.events.happened('executionLeaseLost')
  expect(await world.staged()).toEqual([])
})
