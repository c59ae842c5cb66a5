import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Envelope } from '@almanac/api'
import { createQueue } from '../kernel/create-queue.ts'
import { hourMs, toWireTime } from '../kernel/hours.ts'
import { createMovableClock, type MovableClock } from '../kernel/movable-clock.ts'
import { createHappenings } from '../test-clock/happenings.ts'
import { createMoveTargets, noTargets } from '../test-clock/move-targets.ts'
import { tellUnknownOutcomes } from '../access/tell-unknown-outcomes.ts'
import { createWhileNobodyIsAt } from '../while-nobody-is-at.ts'
import { createApp } from './app.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What is done through the API is told to the audit log: who, what, to which object, from where.

let app: TestApp
let admin: TestClient
let firstNumber: number
beforeEach(async () => {
  app = await openApp()
  admin = await app.addClient('contoso', ['Admin'])
  firstNumber = (await app.deps.audit.head()).number + 1
})
afterEach(() => app.close())

const told = async () =>
  (await app.deps.audit.read(firstNumber, 100)).map(({ text }) => JSON.parse(text) as Record<string, unknown>)

const versions = '/admin/datasets/cmp/Orders/versions'

function load(search = '', rows = 1) {
  const lines = Array.from({ length: rows }, (_, index) => `contoso,o-${index},2026-05-02,1`)
  return app.app.inject({
    method: 'POST',
    url: `${versions}?fileName=may.csv${search}`,
    payload: ['AccountId,OrderId,OrderDate,Amount', ...lines, ''].join('\n'),
    headers: { 'content-type': 'text/csv', authorization: `Bearer ${admin.token}`, 'x-request-id': 'load-1' },
  })
}

test('data that were loaded, and an earlier version that is put in force again', async () => {
  await load()
  await load('', 3)
  await load('&dryRun=true')
  await admin.ask('POST', `${versions}/1/activate`)
  const lines = await told()
  expect(lines.map(({ action }) => action)).toEqual([
    'data.load_begun',
    'data.loaded',
    'data.load_begun',
    'data.loaded',
    'data.switch_begun',
    'data.switched',
  ])
  expect(lines[2]?.['detail']).toEqual(lines[3]?.['detail'])
  expect(lines[3]).toMatchObject({
    actor: { kind: 'client', accountId: 'contoso', clientId: admin.id },
    object: { kind: 'dataset', id: 'cmp/Orders' },
    requestId: 'load-1',
    address: '127.0.0.1',
    detail: { version: 2, mode: 'replace', rows: 3, files: ['may.csv'] },
  })
  expect(lines[5]).toMatchObject({ detail: { version: 1 } })
})

test('data are not changed when that can’t be told, and a file that is wrong is no line', async () => {
  await load()
  const full = await createApp({
    ...app.deps,
    audit: { ...app.deps.audit, append: () => Promise.reject(new Error('the disk is full')) },
  })
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'text/csv' }
  const payload = 'AccountId,OrderId,OrderDate,Amount\ncontoso,other,2026-05-02,1\n'
  expect((await full.inject({ method: 'POST', url: versions, payload, headers })).statusCode).toBe(500)
  await full.close()
  const inForce = async () =>
    (await admin.ask('GET', versions)).json<Envelope<{ version: number; inForce: boolean }>>().value
  expect(await inForce()).toMatchObject([{ version: 1, inForce: true }])

  const wrong = await app.app.inject({ method: 'POST', url: versions, payload: 'AccountId\nx\n', headers })
  expect(wrong.statusCode).toBe(400)
  expect((await told()).map(({ action }) => action)).toEqual(['data.load_begun', 'data.loaded'])
})

test('a server that dies right after a load, or half way of a move of the clock, leaves the line that told of it, and the next start says that its outcome is unknown', async () => {
  const { audit } = app.deps
  const isEnd = (action: string) => action === 'data.loaded' || action === 'clock.moved'
  const clock = createMovableClock(app.clock, 0)
  const dying = await createApp({
    ...app.deps,
    clock,
    testClock: testClockOf(clock),
    audit: {
      ...audit,
      append: (...entries) =>
        entries.some(({ action }) => isEnd(action)) ? Promise.reject(new Error('killed')) : audit.append(...entries),
    },
  })
  const authorization = `Bearer ${admin.token}`
  const loaded = await dying.inject({
    method: 'POST',
    url: versions,
    payload: 'AccountId,OrderId,OrderDate,Amount\ncontoso,other,2026-05-02,1\n',
    headers: { authorization, 'content-type': 'text/csv' },
  })
  const move = (payload: object) =>
    dying.inject({ method: 'POST', url: '/admin/clock', payload, headers: { authorization } })
  expect([loaded.statusCode, (await move({ MoveBySeconds: 60 })).statusCode]).toEqual([500, 500])
  // What is refused has no line.
  expect((await move({ MoveTo: '2020-01-01T00:00:00Z' })).statusCode).toBe(400)
  await dying.close()
  expect(await told()).toMatchObject([
    { action: 'data.load_begun', object: { id: 'cmp/Orders' }, detail: { version: 1, rows: 1 } },
    { action: 'clock.move_begun', detail: { from: '2026-05-09T12:00:00Z', to: '2026-05-09T12:01:00Z' } },
  ])

  // The next start finds that nobody is at them any more.
  const { installation } = app.stores
  const dataFolder = join(app.deps.loads.loadedFolder, '..')
  const whileNobodyIsAt = createWhileNobodyIsAt({ dataFolder })
  await tellUnknownOutcomes({ audit, installation, clock: app.clock, whileNobodyIsAt, onError })
  await tellUnknownOutcomes({ audit, installation, clock: app.clock, whileNobodyIsAt, onError })
  const server = { kind: 'server' }
  expect((await told()).slice(2)).toEqual([
    expect.objectContaining({
      action: 'data.load_outcome_unknown',
      actor: server,
      object: { kind: 'dataset', id: 'cmp/Orders' },
      detail: { begun: firstNumber, versionInForce: 1 },
    }),
    expect.objectContaining({
      action: 'clock.move_outcome_unknown',
      actor: server,
      detail: { begun: firstNumber + 1 },
    }),
  ])
})

const onError = (error: unknown): never => {
  throw error
}

test('while a load is under way, another process does not say that its outcome is unknown', async () => {
  const { audit } = app.deps
  const whileNobodyIsAt = createWhileNobodyIsAt({ dataFolder: join(app.deps.loads.loadedFolder, '..') })
  const looks: Promise<void>[] = []
  const look = () =>
    tellUnknownOutcomes({ audit, installation: app.stores.installation, clock: app.clock, whileNobodyIsAt, onError })
  const slow = await createApp({
    ...app.deps,
    audit: {
      ...audit,
      async append(...entries) {
        // Right after the line before, and right before the line after.
        if (entries.some(({ action }) => action === 'data.loaded')) await look()
        await audit.append(...entries)
        if (entries.some(({ action }) => action === 'data.load_begun')) looks.push(look())
        await Promise.all(looks)
      },
    },
  })
  const headers = { authorization: `Bearer ${admin.token}`, 'content-type': 'text/csv' }
  const payload = 'AccountId,OrderId,OrderDate,Amount\ncontoso,other,2026-05-02,1\n'
  expect((await slow.inject({ method: 'POST', url: versions, payload, headers })).statusCode).toBe(200)
  await slow.close()
  await look()
  expect(looks).toHaveLength(1)
  expect((await told()).map(({ action }) => action)).toEqual(['data.load_begun', 'data.loaded'])
})

test('a clock that was moved', async () => {
  const clock = createMovableClock(app.clock, 0)
  const movable = await createApp({
    ...app.deps,
    clock,
    testClock: testClockOf(clock),
  })
  const headers = { authorization: `Bearer ${admin.token}` }
  await movable.inject({ method: 'POST', url: '/admin/clock', payload: { MoveBySeconds: 3_600 }, headers })
  await movable.close()
  const detail = { from: '2026-05-09T12:00:00Z', to: '2026-05-09T13:00:00Z' }
  expect(await told()).toMatchObject([
    { action: 'clock.move_begun', time: '2026-05-09T12:00:00.000Z', actor: { clientId: admin.id }, detail },
    { action: 'clock.moved', time: '2026-05-09T13:00:00.000Z', actor: { clientId: admin.id }, detail },
  ])
})

test('a report that was deleted; one that is not there leaves no line', async () => {
  const base = '/insights/v1.1/cmp'
  const query = await admin.ask('POST', `${base}/ScheduledQueries`, { Name: 'q', Query: 'SELECT OrderId FROM Orders' })
  const report = await admin.ask('POST', `${base}/ScheduledReport`, {
    ReportName: 'Orders of May',
    QueryId: query.json<Envelope<{ queryId: string }>>().value[0]?.queryId,
    StartTime: toWireTime(app.clock.now() + hourMs),
    RecurrenceInterval: 24,
    RecurrenceCount: 3,
  })
  const reportId = report.json<Envelope<{ reportId: string }>>().value[0]?.reportId ?? ''
  expect((await admin.ask('DELETE', `${base}/ScheduledReport/${reportId}`)).statusCode).toBe(200)
  expect((await admin.ask('DELETE', `${base}/ScheduledReport/${reportId}`)).statusCode).toBe(404)
  expect(await told()).toMatchObject([
    {
      action: 'report.deleted',
      object: { kind: 'report', id: reportId },
      accountId: 'contoso',
      actor: { clientId: admin.id },
      detail: { program: 'cmp', name: 'Orders of May', files: 0 },
    },
  ])
})

function testClockOf(clock: MovableClock) {
  return {
    clock,
    targets: createMoveTargets(noTargets, async () => undefined),
    work: [],
    happenings: createHappenings(),
    keepAhead: async () => undefined,
    queue: createQueue(),
    signal: new AbortController().signal,
  }
}
