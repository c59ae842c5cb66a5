import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import type { FakeClock } from '../kernel/testing/fake-clock.ts'
import { openSqliteStores } from '../stores/open-sqlite-stores.ts'
import type { Stores } from '../stores/stores.ts'
import { startCourier } from './courier.ts'
import type { CourierDeps } from './courier.ts'
import { deliver } from './deliver.ts'
import type { DeliveryEvents } from './delivery-events.ts'
import type { DeliveryAttempt } from './delivery.ts'
import { createAddressGuard } from './guard-address.ts'
import { makeDelivery } from './make-delivery.ts'
import { retryPausesMs } from './retry-schedule.ts'
import { createSender, systemResolve } from './send-request.ts'
import { startReceiver } from './testing/start-receiver.ts'
import type { Receiver } from './testing/start-receiver.ts'

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, no less').toString('base64')}`

let file: string
let stores: Stores
let clock: FakeClock
let startAt: number
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-courier-'))
  file = join(folder, 'almanac.sqlite')
  stores = await openSqliteStores(file)
  onTestFinished(async () => {
    await stores.close()
    await rm(folder, { recursive: true, force: true })
  })
  // The published library that verifies compares with the machine's clock.
  startAt = Date.now()
  clock = createFakeClock(startAt)
})

/** What happened, as `name` or `name +seconds until the retry`; `next(count)` waits until that much has happened. */
function recordEvents() {
  const seen: string[] = []
  const errors: unknown[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const add = (line: string) => {
    seen.push(line)
    for (const { count, resolve } of waiting) if (seen.length >= count) resolve()
  }
  const events: DeliveryEvents = {
    callbackDelivered: (_, { responseStatus }) => add(`delivered ${responseStatus}`),
    callbackRetried: (_, attempt, retryAt) => add(`retried ${outcome(attempt)} +${(retryAt - clock.now()) / secondMs}`),
    callbackFailed: (_, attempt) => add(`failed ${outcome(attempt)}`),
    callbackLeaseLost: () => add('lease lost'),
    courierError(error) {
      errors.push(error)
      add('error')
    },
  }
  return {
    events,
    seen,
    errors,
    next(count: number) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (seen.length >= count) resolve()
      else waiting.push({ count, resolve })
      return promise
    },
  }
}

const outcome = ({ responseStatus, error }: DeliveryAttempt) => String(responseStatus ?? error)

let ids = 0

function depsFor(events: DeliveryEvents, change: Partial<CourierDeps> = {}): CourierDeps {
  const guard = createAddressGuard(['127.0.0.0/8'])
  return {
    deliveries: stores.deliveries,
    isAccountDisabled: async () => false,
    webhookSecretOf: async (clientId) => (clientId === 'client-1' ? secret : undefined),
    send: createSender({ clock, guard, resolve: systemResolve, allowHttp: true, timeoutSeconds: 15 }),
    clock,
    random: () => 0.5,
    events,
    newId: () => `id-${(ids += 1)}`,
    courierId: 'courier-1',
    slots: 2,
    leaseSeconds: 60,
    lookEverySeconds: hourMs / secondMs,
    ...change,
  }
}

function start(deps: CourierDeps) {
  const stop = new AbortController()
  const courier = startCourier(deps, stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await courier.stopped
  })
  return { ...courier, stop: () => stop.abort() }
}

/** Completes an execution that owes a callback to `url`, the way a worker does. */
async function owe(url: string, method: 'GET' | 'POST' = 'POST', name = 'report-1', clientId = 'client-1') {
  await stores.reports.insertWithin(
    {
      id: name,
      accountId: 'account-1',
      clientId,
      program: 'cmp',
      user: '1',
      name,
      description: null,
      queryId: 'query-1',
      queryText: 'SELECT OrderId FROM Orders',
      schedule: { kind: 'once', at: startAt, queryStartAt: null, queryEndAt: null },
      format: 'csv',
      neutralizeFormulas: false,
      callback: { url, method, on: 'completed' },
      status: 'Active',
      createdAt: startAt,
      modifiedAt: null,
    },
    { executionId: `${name}.0`, scheduledAt: startAt },
    { activeReports: 100, executeNow: { limit: 100, sinceAt: 0 }, queuedExports: { limit: 100, dueAt: 0 } },
  )
  const request = { token: `lease-${name}`, owner: 'worker-1', now: clock.now(), expiresAt: clock.now() + hourMs }
  const claimed = await stores.executions.claimDue(request, () => undefined)
  expect(claimed?.id).toBe(`${name}.0`)
  const artifact = anArtifact({ id: `artifact-${name}`, reportId: name, executionId: `${name}.0` })
  const delivery = makeDelivery(() => `delivery-${name}`, {
    accountId: 'account-1',
    clientId,
    reportId: name,
    executionId: `${name}.0`,
    callback: { url, method },
    scheduledAt: startAt,
    startedAt: startAt,
    finishedAt: clock.now(),
    outcome: { kind: 'completed', manifest: artifact.manifest },
  })
  const result = { finishedAt: clock.now(), artifact, delivery }
  expect(await stores.executions.complete(`${name}.0`, request.token, result)).toBe(true)
}

const urlOf = (receiver: Receiver, path = '/cb') => `http://127.0.0.1:${receiver.port}${path}`
const stored = async (name = 'report-1') => (await stores.deliveries.find('account-1', `${name}.0`))[0]

test('what waits for a disabled account ends unsent, says so, and can be sent again when the account is enabled', async () => {
  const receiver = await startReceiver()
  const record = recordEvents()
  let isDisabled = true
  await owe(urlOf(receiver))
  const courier = start(depsFor(record.events, { isAccountDisabled: async () => isDisabled }))
  await record.next(1)
  expect(receiver.calls).toEqual([])
  expect(record.seen).toEqual(['failed The account is disabled: nothing was sent.'])
  expect(await stored()).toMatchObject({ status: 'failed', attempts: 1 })

  isDisabled = false
  await stores.deliveries.sendAgain('account-1', 'delivery-report-1', { id: 'request-1', now: clock.now() })
  courier.wake()
  await record.next(2)
  expect(receiver.calls).toHaveLength(1)
  expect(await stored()).toMatchObject({ status: 'delivered', attempts: 2 })
})

describe('a callback that is owed', () => {
  test('arrives as a POST whose body the published library verifies, and is recorded as delivered', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver, '/cb/?key=1'))
    start(depsFor(record.events))
    await record.next(1)

    const [call] = receiver.calls
    expect(call).toMatchObject({ method: 'POST', path: '/cb/report-1?key=1' })
    const body = call?.body ?? ''
    expect(new Webhook(secret).verify(body, call?.headers as Record<string, string>)).toMatchObject({
      data: { reportId: 'report-1', executionId: 'report-1.0', executionStatus: 'Completed', manifest: { rows: 1 } },
    })
    expect(body).not.toMatch(/https?:|signature/)
    expect(record.seen).toEqual(['delivered 200'])
    expect(await stored()).toMatchObject({ status: 'delivered', attempts: 1 })
    expect(await stores.deliveries.listAttempts('account-1', 'delivery-report-1')).toEqual([
      { startedAt: startAt, durationMs: 0, responseStatus: 200, error: null },
    ])
  })

  test('arrives as a signed GET without a body', async () => {
    const receiver = await startReceiver((response) => response.writeHead(204).end())
    const record = recordEvents()
    await owe(urlOf(receiver), 'GET')
    start(depsFor(record.events))
    await record.next(1)
    const [call] = receiver.calls
    expect(call).toMatchObject({ method: 'GET', path: '/cb?reportId=report-1', body: '' })
    expect(() => new Webhook(secret).verify('', call?.headers as Record<string, string>)).not.toThrow()
    expect(record.seen).toEqual(['delivered 204'])
  })

  test('of a client without a secret arrives unsigned', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver), 'POST', 'report-1', 'client-of-another-issuer')
    start(depsFor(record.events))
    await record.next(1)
    expect(receiver.calls[0]?.headers['webhook-signature']).toBeUndefined()
    expect(receiver.calls[0]?.headers['webhook-id']).toBe('delivery-report-1')
  })

  test('is sent at once when the courier is woken', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    const courier = start(depsFor(record.events))
    await clock.advance(1)
    await owe(urlOf(receiver))
    courier.wake()
    await record.next(1)
    expect(clock.now()).toBe(startAt + 1)
  })

  test('is not held up by a receiver that never answers', async () => {
    const slow = await startReceiver(() => undefined)
    const quick = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(slow), 'POST', 'report-1')
    await owe(urlOf(quick), 'POST', 'report-2')
    start(depsFor(record.events))
    await Promise.all([slow.called(1), record.next(1)])
    expect(record.seen).toEqual(['delivered 200'])
    await clock.advance(15 * secondMs)
    await record.next(2)
    expect(record.seen[1]).toBe('retried No answer came within 15 s. +5')
  })
})

describe('a callback that fails', () => {
  test('is retried on the whole schedule, each time with the same id and bytes, and then given up', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).end())
    const record = recordEvents()
    await owe(urlOf(receiver))
    start(depsFor(record.events))
    for (const [index, pauseMs] of retryPausesMs.entries()) {
      await record.next(index + 1)
      expect(record.seen[index]).toBe(`retried 500 +${pauseMs / secondMs}`)
      expect(await stored()).toMatchObject({ status: 'waiting', attempts: index + 1, dueAt: clock.now() + pauseMs })
      await clock.advance(pauseMs)
    }
    await record.next(10)
    expect(record.seen.at(-1)).toBe('failed 500')
    expect(await stored()).toMatchObject({ status: 'failed', attempts: 10 })
    await clock.advance(48 * hourMs)
    expect(receiver.calls).toHaveLength(10)
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(receiver.calls.map(({ body }) => body)).size).toBe(1)
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-signature'])).size).toBe(10)
  })

  test('is delivered by a later attempt', async () => {
    let answers = 0
    const receiver = await startReceiver((response) => response.writeHead((answers += 1) === 1 ? 503 : 200).end())
    const record = recordEvents()
    await owe(urlOf(receiver))
    start(depsFor(record.events))
    await record.next(1)
    await clock.advance(5 * secondMs)
    await record.next(2)
    expect(record.seen).toEqual(['retried 503 +5', 'delivered 200'])
    expect(await stores.deliveries.listAttempts('account-1', 'delivery-report-1')).toMatchObject([
      { responseStatus: 503, error: 'The receiver answered 503.' },
      { responseStatus: 200, error: null },
    ])
  })

  test('goes on after a restart where it was', async () => {
    const receiver = await startReceiver((response) => response.writeHead(500).end())
    const record = recordEvents()
    await owe(urlOf(receiver))
    const first = start(depsFor(record.events))
    await record.next(1)
    await clock.advance(5 * secondMs)
    await record.next(2)
    first.stop()
    await first.stopped
    await stores.close()

    stores = await openSqliteStores(file)
    await clock.advance(5 * minuteMs)
    start(depsFor(record.events, { courierId: 'courier-2' }))
    await record.next(3)
    expect(record.seen).toEqual(['retried 500 +5', 'retried 500 +300', 'retried 500 +1800'])
    expect(await stored()).toMatchObject({ status: 'waiting', attempts: 3 })
  })

  test('with 410 is over at once', async () => {
    const receiver = await startReceiver((response) => response.writeHead(410).end())
    const record = recordEvents()
    await owe(urlOf(receiver))
    start(depsFor(record.events))
    await record.next(1)
    expect([record.seen, (await stored())?.status]).toEqual([['failed 410'], 'failed'])
  })

  test.each([301, 302, 303, 307, 308])('with a redirect (%i) is not led on', async (status) => {
    const receiver = await startReceiver((response) => response.writeHead(status, { location: '/elsewhere' }).end())
    const record = recordEvents()
    await owe(urlOf(receiver))
    start(depsFor(record.events))
    await record.next(1)
    expect(record.seen).toEqual([`retried ${status} +5`])
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/cb/report-1'])
    const [attempt] = await stores.deliveries.listAttempts('account-1', 'delivery-report-1')
    expect(attempt?.error).toBe(`The receiver answered ${status}: redirects are not followed.`)
  })

  test('because its host is not public reaches nobody', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver))
    const guard = createAddressGuard([])
    const send = createSender({ clock, guard, resolve: systemResolve, allowHttp: true, timeoutSeconds: 15 })
    start(depsFor(record.events, { send }))
    await record.next(1)
    expect(record.seen[0]).toMatch(/^retried The callback host has no public address/)
    expect(receiver.traffic.connections).toBe(0)
  })

  test('because its URL is none, as an older version may have stored it, harms nothing', async () => {
    const record = recordEvents()
    await owe('not a url')
    start(depsFor(record.events))
    await record.next(1)
    expect(record.seen).toEqual(['retried The callback URL is not a URL. +5'])
  })
})

describe('a courier', () => {
  test('that dies with its request on the way leaves a delivery that another one makes', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver))
    const now = clock.now()
    await stores.deliveries.claimDue({ token: 'dead', owner: 'courier-0', now, expiresAt: now + minuteMs })
    start(depsFor(record.events))
    await clock.advance(minuteMs - 1)
    expect(record.seen).toEqual([])
    await clock.advance(1)
    await record.next(1)
    expect(record.seen).toEqual(['delivered 200'])
  })

  test('that took longer than its lease does not record over the one that has the delivery now', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver))
    const request = { owner: 'courier-0', now: clock.now(), expiresAt: clock.now() + minuteMs }
    const late = await stores.deliveries.claimDue({ ...request, token: 'late' })
    const after = clock.now() + minuteMs
    await stores.deliveries.claimDue({ owner: 'courier-2', token: 'current', now: after, expiresAt: after + minuteMs })
    if (late === undefined) throw new Error('nothing was owed')
    await deliver(depsFor(record.events), late)
    expect([record.seen, (await stored())?.attempts]).toEqual([['lease lost'], 0])
  })

  test('goes on after its store was in trouble', async () => {
    const receiver = await startReceiver()
    const record = recordEvents()
    await owe(urlOf(receiver))
    let failures = 2
    const { deliveries } = stores
    const troubled: CourierDeps['deliveries'] = {
      ...deliveries,
      claimDue(request) {
        if (failures === 0) return deliveries.claimDue(request)
        failures -= 1
        return Promise.reject(new Error('database is locked'))
      },
    }
    start(depsFor(record.events, { deliveries: troubled }))
    await clock.advance(10 * secondMs)
    await record.next(3)
    expect(record.seen).toEqual(['error', 'error', 'delivered 200'])
  })

  test('told to stop, records what is on the way, and sends no more', async () => {
    const answer = Promise.withResolvers<void>()
    const receiver = await startReceiver((response) => void answer.promise.then(() => response.end()))
    const record = recordEvents()
    await owe(urlOf(receiver), 'POST', 'report-1')
    const courier = start(depsFor(record.events, { slots: 1 }))
    await receiver.called(1)
    await owe(urlOf(receiver), 'POST', 'report-2')
    courier.stop()
    answer.resolve()
    await courier.stopped
    expect(record.seen).toEqual(['delivered 200'])
    expect([(await stored('report-1'))?.status, (await stored('report-2'))?.status]).toEqual(['delivered', 'waiting'])
  })
})
