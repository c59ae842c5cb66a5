import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Envelope, ErrorEnvelope } from '@almanac/api'
import type { Settings } from '../config/settings.ts'
import { hourMs, toWireTime } from '../kernel/hours.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What is answered when there is more to do than can be done.

let installation: TestApp
afterEach(() => installation.close())

async function openWith(limits: Partial<Settings['limits']>): Promise<TestClient> {
  installation = await openApp()
  await installation.app.close()
  const before = installation.deps.limits
  await installation.close()
  installation = await openApp({ limits: { ...before, ...limits } })
  return installation.addClient('contoso', ['Reports.ReadWrite'])
}

const base = '/insights/v1.1/cmp'

async function newQuery(client: TestClient): Promise<string> {
  const body = { Name: 'Orders', Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME' }
  const answer = await client.ask('POST', `${base}/ScheduledQueries`, body)
  return answer.json<Envelope<{ queryId: string }>>().value[0]?.queryId ?? ''
}

test('ExecuteNow beyond the queue is a 429 that says when to come back, and is taken once there is room', async () => {
  const contoso = await openWith({ queuedExports: 2 })
  const fabrikam = await installation.addClient('fabrikam', ['Reports.ReadWrite'])
  const now = { ReportName: 'Now', QueryId: await newQuery(contoso), ExecuteNow: true }
  const report = `${base}/ScheduledReport`
  for (const _ of [1, 2]) expect((await contoso.ask('POST', report, now)).statusCode).toBe(200)

  const others = { ...now, QueryId: await newQuery(fabrikam) }
  // Its first comes in however long the queue is: it doesn't wait behind what others have made.
  expect((await fabrikam.ask('POST', report, others)).statusCode).toBe(200)

  for (const [client, body] of [
    [contoso, now],
    [fabrikam, others],
  ] as const) {
    const refused = await client.ask('POST', report, body)
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('30')
    const { value, message, error } = refused.json<ErrorEnvelope>()
    expect({ value, message, code: error.code }).toEqual({
      value: [],
      message:
        'Too many requests. 2 executions or more are due and wait to be run; try again in 30 seconds, or schedule the report for later.',
      code: 'too_busy',
    })
  }

  const scheduled = { ...now, ExecuteNow: false, RecurrenceInterval: 24, RecurrenceCount: 2 }
  const startAt = toWireTime(installation.clock.now() + hourMs)
  expect((await contoso.ask('POST', report, { ...scheduled, StartTime: startAt })).statusCode).toBe(200)
  await installation.runDue()
  expect((await contoso.ask('POST', report, now)).statusCode).toBe(200)
  // Nothing of those that were refused came after all.
  expect((await contoso.ask('GET', report)).json<Envelope<unknown>>().value).toHaveLength(4)
})

test('what was refused for the queue frees its Idempotency-Key', async () => {
  const contoso = await openWith({ queuedExports: 1 })
  const now = { ReportName: 'Now', QueryId: await newQuery(contoso), ExecuteNow: true }
  const post = (key: string) =>
    installation.app.inject({
      method: 'POST',
      url: `${base}/ScheduledReport`,
      headers: { authorization: `Bearer ${contoso.token}`, 'idempotency-key': key },
      payload: now,
    })
  expect((await post('a')).statusCode).toBe(200)
  expect((await post('b')).statusCode).toBe(429)
  await installation.runDue()
  const later = await post('b')
  expect([later.statusCode, later.headers['idempotency-replayed']]).toEqual([200, undefined])
})

test('a preview of data that can not be read is a 503 in words of ours; the engine\u2019s are in the log', async () => {
  installation = await openApp()
  const contoso = await installation.addClient('contoso', ['Reports.Read'])
  const datasets = join(installation.deps.loads.loadedFolder, '..', 'datasets', 'cmp')
  await writeFile(join(datasets, 'orders.csv'), 'AccountId,OrderId,OrderDate,Amount\ncontoso,a,2026-05-09,some\n')
  const query = new URLSearchParams({ exportQuery: 'SELECT OrderId, TotalAmount FROM Orders TIMESPAN LIFETIME' })
  const answer = await contoso.ask('GET', `${base}/ScheduledQueries/testQueryResult?${query.toString()}`)
  expect(answer.statusCode).toBe(503)
  const { message, error } = answer.json<ErrorEnvelope>()
  expect(message).toBe('The data of Orders could not be read. Try again; if it fails again, tell the operator.')
  expect(error.code).toBe('dataset_unavailable')
  expect(answer.body).not.toMatch(/Conversion|orders\.csv|some/)
  expect(installation.logged.join('\n')).toMatch(/orders\.csv/)
})

test('one connection more than may be open is closed at once, and those that are open go on', async () => {
  await openWith({ connections: 2 })
  await installation.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = installation.app.server.address() as AddressInfo
  const open = async () => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const sockets = [await open(), await open()]
  const [first] = sockets
  first?.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
  const [bytes] = (await once(first ?? (await open()), 'data')) as [Buffer]
  expect(bytes.toString()).toMatch(/^HTTP\/1\.1 200 /)
  const third = await open()
  third.resume()
  await once(third, 'close')
  for (const socket of sockets) socket.destroy()
})
