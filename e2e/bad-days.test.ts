import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { readSettings, startServer } from '@almanac/server'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { createFakeClock } from '../packages/server/src/kernel/testing/fake-clock.ts'
import { removeFolder } from './testing/almanac-process.ts'
import { call, pollExecutions, requestToken, type Answer } from './testing/call.ts'
import { startDemoProcess } from './testing/demo-process.ts'
import { openSmallDisk } from './testing/small-disk.ts'
import { base, completed, createReport, saveQuery } from './testing/steps.ts'
import { openTimedHouse, type HouseOptions, type TimedHouse } from './testing/timed-house.ts'

// What the world does to a server: a disk that is full, a database that someone else holds, a clock that is set.

const noon = Date.UTC(2026, 4, 9, 12)
const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const mebibyte = 2 ** 20
const wire = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`

const short = 'SELECT OfferName, AssetId FROM ISVOrder'
const long =
  'SELECT UsageDate, OfferName, SKU, CustomerName, CustomerCompanyName, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS'

async function openHouse(options: HouseOptions = {}): Promise<TimedHouse> {
  const house = await openTimedHouse(noon, options)
  onTestFinished(() => house.close())
  return house
}

async function ask(house: TimedHouse, method: string, path: string, body?: object): Promise<Answer> {
  const rawBody = body === undefined ? undefined : JSON.stringify(body)
  return call(house.announcement, await house.token(), method, `${base}/${path}`, rawBody)
}

async function order(house: TimedHouse, text: string, schedule: object): Promise<string> {
  const token = await house.token()
  const queryId = await saveQuery(house.announcement, token, 'bad days', text)
  return createReport(house.announcement, token, 'bad days', queryId, schedule)
}

async function readiness(house: TimedHouse): Promise<readonly unknown[]> {
  const response = await fetch(`${house.announcement.url}/ready`)
  const { checks } = (await response.json()) as { readonly checks: Record<string, string> }
  return [response.status, checks['disk'], checks['database']]
}

/** Every execution of a report, oldest first, by what the API says. */
async function executionsOf(house: TimedHouse, reportId: string): Promise<readonly Record<string, unknown>[]> {
  const every = 'executionStatus=Pending;Running;Completed;Failed&getLatestExecution=false'
  return (await ask(house, 'GET', `ScheduledReport/execution/${reportId}?${every}`)).body.value.toReversed()
}

/** Rows read past the server; and what SQLite finds wrong with the file. */
function stored(house: TimedHouse, text: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(join(house.folder, 'almanac.db'), { readOnly: true })
  try {
    expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    expect(database.prepare('pragma foreign_key_check').all()).toEqual([])
    return database.prepare(text).all()
  } finally {
    database.close()
  }
}

// Only root may mount one; a test that can't have it as root fails.
describe.skipIf(process.getuid?.() !== 0)('a disk that is full', () => {
  test('nearly: executions fail in words before the database is hit, and the next one after there is room completes', async () => {
    const disk = await openSmallDisk()
    const house = await openHouse({ folder: disk.folder, settings: { 'disk.minimumFreeMiB': 16 } })
    expect(await readiness(house)).toEqual([200, 'ok', 'ok'])
    await disk.leave(8 * mebibyte)
    const schedule = { StartTime: wire(noon + hour), RecurrenceInterval: 4, RecurrenceCount: 2 }
    const reportId = await order(house, short, schedule)

    await house.clock.set(noon + hour)
    await house.logged('execution will be retried', reportId)
    await house.clock.advance(12 * second)
    await house.logged('execution will be retried', reportId, 2)
    await house.clock.advance(72 * second)
    await house.logged('execution failed', reportId)
    expect(await executionsOf(house, reportId)).toMatchObject([
      { executionStatus: 'Failed', failureReason: { code: 'disk_full', message: expect.stringContaining('no room') } },
      { executionStatus: 'Pending' },
    ])
    const { body } = await ask(house, 'GET', `ScheduledReport/event/${reportId}`)
    const kinds = body.value.map(({ event }) => event)
    expect(kinds.filter((kind) => kind === 'try_failed')).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'failed')).toHaveLength(1)
    expect(await readiness(house)).toEqual([503, 'unavailable', 'ok'])
    // All else goes on.
    const meanwhile = await order(house, short, schedule)

    await disk.leave(24 * mebibyte)
    expect(await readiness(house)).toEqual([200, 'ok', 'ok'])
    await house.clock.set(noon + 5 * hour)
    for (const each of [reportId, meanwhile]) {
      await house.logged('execution completed', each)
      await completed(house.announcement, await house.token(), each)
    }
    expect(stored(house, "select 1 from executions where status = 'Running'")).toEqual([])
  })

  test('while a file is written: nothing of it is left, and the next try completes when there is room', async () => {
    const disk = await openSmallDisk()
    const settings = { 'disk.minimumFreeMiB': 0 }
    const house = await openHouse({ folder: disk.folder, settings, usageRows: 60_000 })
    await disk.leave(3 * mebibyte)
    const reportId = await order(house, long, { ExecuteNow: true })
    const [{ err } = { err: undefined }] = await house.logged('execution will be retried', reportId)
    expect(err?.message).toMatch(/disk|space|room/i)
    const { body } = await ask(house, 'GET', `ScheduledReport/event/${reportId}`)
    expect(JSON.stringify(body.value)).toContain('There was no room left for the file')
    expect(await readdir(join(house.folder, 'artifacts/staging'))).toEqual([])

    await disk.leave(24 * mebibyte)
    await house.clock.advance(12 * second)
    await house.logged('execution completed', reportId)
    const execution = await completed(house.announcement, await house.token(), reportId)
    const file = await (await fetch(execution.reportAccessSecureLink)).arrayBuffer()
    expect(file.byteLength).toBeGreaterThan(3 * mebibyte)
    expect(stored(house, 'select 1 from artifacts')).toHaveLength(1)
  })

  test('to the last byte: what is answered with success is kept, the rest is refused, and all goes on when there is room', async () => {
    const disk = await openSmallDisk()
    const house = await openHouse({ folder: disk.folder, settings: { 'disk.minimumFreeMiB': 0 } })
    const reportId = await order(house, short, {
      StartTime: wire(noon + hour),
      RecurrenceInterval: 4,
      RecurrenceCount: 2,
    })
    await disk.leave(0)
    // A log that has room for a few more pages takes them.
    const acknowledged: string[] = []
    let refusal: Answer | undefined
    for (let index = 0; refusal === undefined; index += 1) {
      const answer = await ask(house, 'POST', 'ScheduledQueries', { Name: `query ${index}`, Query: short })
      if (answer.status === 200) acknowledged.push(`query ${index}`)
      else refusal = answer
    }
    expect([refusal.status, refusal.body.message]).toEqual([
      503,
      expect.stringContaining('There is no room left to store this'),
    ])
    expect(refusal.headers.get('retry-after')).toBe('60')
    expect((await ask(house, 'GET', 'ScheduledDataset')).status).toBe(200)
    expect((await ask(house, 'GET', `ScheduledReport?reportId=${reportId}`)).body.totalCount).toBe(1)

    await house.clock.set(noon + hour)
    await house.clock.advance(minute)
    await disk.leave(24 * mebibyte)
    await house.clock.advance(2 * minute)
    await house.logged('execution completed', reportId)
    expect(await executionsOf(house, reportId)).toMatchObject([
      { executionStatus: 'Completed' },
      { executionStatus: 'Pending' },
    ])
    const names = stored(house, "select name from queries where name like 'query %' order by rowid")
    expect(names.map(({ name }) => name)).toEqual(acknowledged)
  })
})

describe('a database that someone else holds', () => {
  test('for longer than anyone waits: reads go on, writes are refused in words or wait, and what runs completes once', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-locked-'))
    onTestFinished(() => removeFolder(folder))
    const server = await startDemoProcess(folder, ['--rows', '60000', '--set', 'leaseSeconds=3'])
    onTestFinished(async () => void (await server.stop('SIGKILL')))
    const receiver = await startReceiver()
    const token = await requestToken(server)
    const ask = (method: string, path: string, body?: object): Promise<Answer> =>
      call(server, token, method, `${base}/${path}`, body === undefined ? undefined : JSON.stringify(body))
    const queryId = await saveQuery(server, token, 'before', long)
    const reportId = await createReport(server, token, 'long', queryId, {
      ExecuteNow: true,
      CallbackUrl: `http://127.0.0.1:${receiver.port}/ready`,
    })
    const path = `${base}/ScheduledReport/execution/${reportId}?executionStatus=Running;Completed`
    await pollExecutions(server, token, path, ({ status }) => status === 200)

    // From here to the commit nobody else can write. SQLite waits for the server's own writes, which are short.
    const other = new DatabaseSync(join(folder, 'almanac.db'), { timeout: 5_000 })
    onTestFinished(() => other.close())
    other.exec('begin exclusive')
    expect(other.prepare('select status from executions').all()).toEqual([{ status: 'Running' }])
    // Its worker can neither renew its lease nor record its file, and the lease is over long before the lock is.
    const refused = ask('POST', 'ScheduledQueries', { Name: 'refused', Query: short })
    expect((await ask('GET', 'ScheduledDataset')).status).toBe(200)
    expect((await ask('GET', `ScheduledReport?reportId=${reportId}`)).body.totalCount).toBe(1)
    const { status, body, headers } = await refused
    expect([status, headers.get('retry-after')]).toEqual([429, '1'])
    expect(JSON.stringify(body)).toContain('The database is busy. Try again.')
    const waiting = ask('POST', 'ScheduledQueries', { Name: 'waited', Query: short })
    expect((await ask('GET', 'ScheduledDataset')).status).toBe(200)
    other.exec('commit')

    expect((await waiting).status).toBe(200)
    await completed(server, token, reportId)
    await receiver.called(1)
    expect(await server.stop('SIGTERM')).toBe(0)
    const names = other.prepare("select name from queries where name in ('refused', 'waited')").all()
    expect(names).toEqual([{ name: 'waited' }])
    const runs = other
      .prepare(
        `select e.status, (select count(*) from artifacts a where a.execution_id = e.id) as artifacts,
           (select count(*) from callback_deliveries d where d.execution_id = e.id and d.status = 'delivered') as callbacks
         from executions e`,
      )
      .all()
    expect(runs).toEqual([{ status: 'Completed', artifacts: 1, callbacks: 1 }])
    expect(other.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  })
})

describe('a clock that is set', () => {
  /** Completes a report of its own: what has been due before has been taken before it. */
  async function runOne(house: TimedHouse): Promise<void> {
    await house.logged('execution completed', await order(house, short, { ExecuteNow: true }))
  }

  test('an hour back and forth again: no occurrence comes twice, none is left out', async () => {
    const house = await openHouse()
    const startAt = noon + hour
    const reportId = await order(house, short, { StartTime: wire(startAt), RecurrenceInterval: 4, RecurrenceCount: 3 })
    for (const dueAt of [startAt, startAt + 4 * hour, startAt + 8 * hour]) {
      await house.clock.set(dueAt + minute)
      await house.logged('execution completed', reportId, (dueAt - startAt) / (4 * hour) + 1)
      await house.clock.set(dueAt + minute - hour)
      await runOne(house)
      await house.clock.set(dueAt + 2 * minute)
      await runOne(house)
    }
    const runs = stored(
      house,
      `select occurrence, scheduled_at as scheduledAt, status, claims,
         (select count(*) from artifacts a where a.execution_id = e.id) as files
       from executions e where report_id = '${reportId}' order by occurrence`,
    )
    expect(runs).toEqual(
      [0, 1, 2].map((occurrence) => ({
        occurrence,
        scheduledAt: startAt + occurrence * 4 * hour,
        status: 'Completed',
        claims: 1,
        files: 1,
      })),
    )
  })

  test.each([
    { name: 'an hour back', byMs: -hour, claims: 1 },
    // Its lease has ended by the clock, and a second worker takes it while the first one is at it still.
    { name: 'an hour forth', byMs: hour, claims: 2 },
  ])('$name while a run is under way: it is completed, once', async ({ byMs, claims }) => {
    const house = await openHouse({ usageRows: 60_000, settings: { 'engine.exportProcesses': 2 } })
    const receiver = await startReceiver()
    const reportId = await order(house, long, {
      ExecuteNow: true,
      CallbackUrl: `http://127.0.0.1:${receiver.port}/ready`,
    })
    await house.logged('execution started', reportId)
    house.clock.jump(noon + byMs)
    await house.clock.advance(0)
    await house.logged('execution completed', reportId)
    await receiver.called(1)
    await runOne(house)
    expect(stored(house, `select status, claims from executions where report_id = '${reportId}'`)).toEqual([
      { status: 'Completed', claims },
    ])
    expect(stored(house, `select id from artifacts where report_id = '${reportId}'`)).toHaveLength(1)
    expect(house.log.filter(({ msg, reportId: of }) => msg === 'execution completed' && of === reportId)).toHaveLength(
      1,
    )
    expect(receiver.calls).toHaveLength(1)
  })

  test('an hour back while no server is there: what a dead one held is taken over at once, not when its lease ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-set-back-'))
    onTestFinished(() => removeFolder(folder))
    const dead = await startDemoProcess(folder, ['--rows', '60000'])
    const token = await requestToken(dead)
    const queryId = await saveQuery(dead, token, 'long', long)
    const reportId = await createReport(dead, token, 'long', queryId)
    const path = `${base}/ScheduledReport/execution/${reportId}?executionStatus=Running;Completed`
    await pollExecutions(dead, token, path, ({ status }) => status === 200)
    await dead.stop('SIGKILL')

    const clock = createFakeClock(Date.now() - hour)
    const file = new DatabaseSync(join(folder, 'almanac.db'), { readOnly: true })
    const execution = (): Record<string, unknown> =>
      file.prepare('select status, claims, claimable_at > ? as held from executions').get(clock.now()) ?? {}
    expect(execution()).toEqual({ status: 'Running', claims: 1, held: 1 })
    const settings = readSettings({
      file: null,
      environment: {},
      overrides: { dataFolder: folder, 'listen.port': 0 },
      isTerminal: false,
    })
    const server = await startServer(settings, pino({ level: 'silent' }), { clock })
    onTestFinished(async () => {
      await server.close()
      file.close()
    })
    while (execution()['held'] === 1) await setImmediate()
    await clock.advance(10 * second)
    while (execution()['status'] === 'Running') await setImmediate()
    expect(execution()).toMatchObject({ status: 'Completed', claims: 2 })
  })
})
