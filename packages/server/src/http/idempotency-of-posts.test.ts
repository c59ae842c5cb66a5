import { PassThrough } from 'node:stream'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { operations, type Envelope, type ErrorEnvelope, type Operation } from '@almanac/api'
import { createQueue } from '../kernel/create-queue.ts'
import { dayMs, hourMs, secondMs, toWireTime } from '../kernel/hours.ts'
import { createMovableClock } from '../kernel/movable-clock.ts'
import { createHappenings } from '../test-clock/happenings.ts'
import { createMoveTargets, noTargets } from '../test-clock/move-targets.ts'
import { createApp } from './app.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What `idempotency.test.ts` says of queries, for every other POST: whatever is done, it is done once.

let installation: TestApp
/** The same installation with a clock that can be moved, and that server when it dies before it notes an answer. */
let app: FastifyInstance
let dying: FastifyInstance
let admin: TestClient
/** What the installation keeps of the clock's moves over a restart. */
let keptTargets: string

beforeEach(async () => {
  keptTargets = noTargets
  installation = await openApp()
  const { idempotency } = installation.deps
  const finish = (): Promise<never> => Promise.reject(new Error('killed'))
  app = await startAgain()
  dying = await startAgain({ ...idempotency, finish })
  admin = await installation.addClient('contoso', ['Admin'])
})

afterEach(async () => {
  await Promise.all([app.close(), dying.close()])
  await installation.close()
})

/** A server of the installation, as it begins. */
function startAgain(idempotency = installation.deps.idempotency, aheadMs = 0): Promise<FastifyInstance> {
  const clock = createMovableClock(installation.clock, aheadMs)
  const targets = createMoveTargets(keptTargets, async (text) => {
    keptTargets = text
  })
  const testClock = {
    clock,
    targets,
    work: [],
    happenings: createHappenings(),
    keepAhead: async () => undefined,
    queue: createQueue(),
    signal: new AbortController().signal,
  }
  return createApp({ ...installation.deps, idempotency, clock, testClock })
}

interface Post {
  readonly url: string
  readonly payload?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

function send({ url, payload, headers = {} }: Post, key: string | null, server = app): Promise<LightMyRequestResponse> {
  const keyed = key === null ? {} : { 'idempotency-key': key }
  return server.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${admin.token}`, ...keyed, ...headers },
    ...(payload !== undefined && { payload }),
  })
}

async function valuesOf<Item>(url: string): Promise<readonly Item[]> {
  return (await admin.ask('GET', url)).json<Envelope<Item>>().value
}

const base = '/insights/v1.1/cmp'
const versions = '/admin/datasets/cmp/Orders/versions'
const csv = (id: string): string => `AccountId,OrderId,OrderDate,Amount\ncontoso,${id},2026-05-02,1\n`
const asCsv = { 'content-type': 'text/csv' }

/** A report whose only run has completed and owes a callback. */
async function oweCallback(): Promise<{ readonly reportId: string; readonly callbackId: string }> {
  const query = { Name: 'Orders', Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME' }
  const saved = (await send({ url: `${base}/ScheduledQueries`, payload: query }, null)).json<
    Envelope<{ queryId: string }>
  >()
  const report = {
    ReportName: 'Now',
    QueryId: saved.value[0]?.queryId,
    ExecuteNow: true,
    CallbackUrl: 'https://partner.example/hook',
  }
  const made = (await send({ url: `${base}/ScheduledReport`, payload: report }, null)).json<
    Envelope<{ reportId: string }>
  >()
  const reportId = made.value[0]?.reportId ?? ''
  await installation.runDue()
  const [callback] = await valuesOf<{ callbackId: string }>(`${base}/ScheduledReport/callback/${reportId}`)
  return { reportId, callbackId: callback?.callbackId ?? '' }
}

interface Case {
  /** A request, and another one that may not come under its key. */
  readonly request: Post
  readonly other: Post
  /** How often it was done. */
  readonly done: () => Promise<number>
}

/** Every POST of the contract that does something; tokens do nothing. */
const cases: Readonly<Record<string, () => Promise<Case>>> = {
  async createQuery() {
    const payload = { Name: 'Once', Query: 'SELECT OrderId FROM Orders' }
    const url = `${base}/ScheduledQueries`
    const done = async () => (await valuesOf(`${url}?includeSystemQueries=false&queryName=Once`)).length
    return { request: { url, payload }, other: { url, payload: { ...payload, Name: 'Other' } }, done }
  },
  async createReport() {
    const url = `${base}/ScheduledReport`
    const payload = { ReportName: 'Once', QueryId: 'q-orders', ExecuteNow: true }
    const done = async () => (await valuesOf(`${url}?reportName=Once`)).length
    return { request: { url, payload }, other: { url, payload: { ...payload, Format: 'tsv' } }, done }
  },
  async sendCallbackAgain() {
    const { reportId, callbackId } = await oweCallback()
    const another = await oweCallback()
    const url = (id: string) => `${base}/ScheduledReport/callback/${id}/send`
    const done = async () => {
      const events = await valuesOf<{ event: string }>(`${base}/ScheduledReport/event/${reportId}`)
      return events.filter(({ event }) => event === 'callback_sent_again').length
    }
    return { request: { url: url(callbackId) }, other: { url: url(another.callbackId) }, done }
  },
  async moveClock() {
    const url = '/admin/clock'
    const before = installation.clock.now()
    const done = async () => {
      const [reading] = (await app.inject({ url, headers: { authorization: `Bearer ${admin.token}` } })).json<
        Envelope<{ time: string; machineTime: string }>
      >().value
      expect(installation.clock.now()).toBeGreaterThanOrEqual(before)
      return (Date.parse(reading?.time ?? '') - Date.parse(reading?.machineTime ?? '')) / hourMs
    }
    const payload = { MoveBySeconds: 3_600 }
    return { request: { url, payload }, other: { url, payload: { MoveBySeconds: 60 } }, done }
  },
  async rotateKey() {
    const url = (purpose: string) => `/admin/keys/${purpose}/rotate`
    const listed = () => valuesOf<{ purpose: string }>('/admin/keys')
    const before = (await listed()).filter(({ purpose }) => purpose === 'link').length
    const done = async () => (await listed()).filter(({ purpose }) => purpose === 'link').length - before
    return { request: { url: url('link'), payload: {} }, other: { url: url('token'), payload: {} }, done }
  },
  async loadDataset() {
    const request = { url: `${versions}?mode=append`, payload: csv('new-1'), headers: asCsv }
    const done = async () => (await valuesOf(versions)).length
    // As long as the first: only its bytes tell it apart.
    return { request, other: { ...request, payload: csv('new-2') }, done }
  },
  async activateVersion() {
    for (const id of ['a', 'b']) await send({ url: versions, payload: csv(id), headers: asCsv }, null)
    const url = (number: number) => `${versions}/${number}/activate`
    const done = async () => {
      const listed = await valuesOf<{ version: number; inForce: boolean }>(versions)
      return listed.find(({ inForce }) => inForce)?.version === 1 ? 1 : 0
    }
    return { request: { url: url(1) }, other: { url: url(2) }, done }
  },
}

test('every POST of the contract but those for tokens is here, and takes the header', () => {
  const posts = Object.values<Operation>(operations).filter(({ method, tag }) => method === 'POST' && tag !== 'Tokens')
  // Its answer, a secret, is shown once and kept nowhere: see administration.test.ts.
  const here = [...Object.keys(cases), 'addSecret']
  expect(posts.map(({ id }) => id).toSorted()).toEqual(here.toSorted())
  for (const { headers } of posts) expect(headers?.properties).toHaveProperty('Idempotency-Key')
})

describe.each(Object.entries(cases))('%s', (_, prepare) => {
  test('asked twice is done once, and answered alike', async () => {
    const { request, done } = await prepare()
    const first = await send(request, 'a')
    const again = await send(request, 'a')
    expect([first.statusCode, first.headers['idempotency-replayed']]).toEqual([200, undefined])
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([200, 'true'])
    expect(again.json()).toEqual(first.json())
    expect(await done()).toBe(1)
  })

  test('under the key of another request is refused', async () => {
    const { request, other, done } = await prepare()
    await send(request, 'b')
    const refused = await send(other, 'b')
    expect(refused.statusCode).toBe(422)
    expect(refused.json<ErrorEnvelope>().error.code).toBe('idempotency_mismatch')
    expect(refused.headers['idempotency-replayed']).toBeUndefined()
    expect(await done()).toBe(1)
    expect((await send(request, 'b')).headers['idempotency-replayed']).toBe('true')
  })

  test('asked several times at once is done once; who comes meanwhile is told so, or gets the answer', async () => {
    const { request, done } = await prepare()
    const all = await Promise.all(Array.from({ length: 5 }, () => send(request, 'c')))
    expect(all.filter(({ statusCode }) => ![200, 409].includes(statusCode)).map(({ body }) => body)).toEqual([])
    const served = all.filter(({ statusCode }) => statusCode === 200)
    expect(served.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1)
    expect(await done()).toBe(1)
  })

  test('done by a server that died before it answered is found, not done again', async () => {
    const { request, done } = await prepare()
    expect((await send(request, 'd', dying)).statusCode).toBe(500)
    await app.close()
    // What a restart reads again: how far the clock was moved, and for whom.
    app = await startAgain(installation.deps.idempotency, keptTargets === noTargets ? 0 : hourMs)
    expect((await send(request, 'd')).statusCode).toBe(409)
    await installation.clock.advance(31 * secondMs)
    const found = await send(request, 'd')
    expect([found.statusCode, found.headers['idempotency-replayed']]).toEqual([200, 'true'])
    expect(await done()).toBe(1)
    expect((await send(request, 'd')).json()).toEqual(found.json())
  })
})

describe('a load', () => {
  test('that died without having loaded is served anew, whatever it left', async () => {
    const { request, done } = await (cases['loadDataset'] as () => Promise<Case>)()
    const fails = () => Promise.reject(new Error('the engine has died'))
    const broken = await createApp({
      ...installation.deps,
      loads: { ...installation.deps.loads, loadEngine: { ...installation.deps.loads.loadEngine, load: fails } },
    })
    expect((await send(request, 'a', broken)).statusCode).toBe(500)
    await broken.close()
    await installation.clock.advance(31 * secondMs)
    const again = await send(request, 'a')
    expect([again.statusCode, again.headers['idempotency-replayed']]).toEqual([200, undefined])
    expect(await done()).toBe(1)
  })

  test('found after its server died is refused to another file under its key, and kept for its own', async () => {
    const { request, other, done } = await (cases['loadDataset'] as () => Promise<Case>)()
    await send(request, 'a', dying)
    await installation.clock.advance(31 * secondMs)
    expect((await send(other, 'a')).statusCode).toBe(422)
    expect((await send(request, 'a')).headers['idempotency-replayed']).toBe('true')
    expect(await done()).toBe(1)
  })

  test('keeps its key for as long as the file takes to come', async () => {
    const body = new PassThrough()
    const { idempotency } = installation.deps
    const begun = Promise.withResolvers<void>()
    const begin: typeof idempotency.begin = async (request) => {
      const beginning = await idempotency.begin(request)
      begun.resolve()
      return beginning
    }
    await app.close()
    app = await startAgain({ ...idempotency, begin })
    const slow = app.inject({
      method: 'POST',
      url: versions,
      headers: { authorization: `Bearer ${admin.token}`, 'idempotency-key': 'a', ...asCsv },
      payload: body,
    })
    body.write(csv('new-1'))
    await begun.promise
    const ask = () => send({ url: versions, payload: csv('new-1'), headers: asCsv }, 'a')
    // Longer than a server is given up for: the one that serves it is alive, and says so every ten seconds.
    for (let beat = 0; beat < 8; beat += 1) {
      await installation.clock.advance(10 * secondMs)
      const meanwhile = await ask()
      expect([meanwhile.statusCode, meanwhile.json<ErrorEnvelope>().error.code]).toEqual([
        409,
        'idempotency_in_progress',
      ])
    }
    body.end()
    expect((await slow).statusCode).toBe(200)
    expect((await ask()).headers['idempotency-replayed']).toBe('true')
    expect(await valuesOf(versions)).toHaveLength(1)
  })

  test('in another mode, or sent as another kind of file, is another request', async () => {
    const request = { url: versions, payload: csv('new-1'), headers: asCsv }
    await send(request, 'a')
    expect((await send({ ...request, url: `${versions}?mode=append` }, 'a')).statusCode).toBe(422)
    const tsv = { 'content-type': 'text/tab-separated-values' }
    expect((await send({ ...request, headers: tsv }, 'a')).statusCode).toBe(422)
  })

  test('that was refused frees its key', async () => {
    const wrong = await send({ url: versions, payload: 'AccountId\nx\n', headers: asCsv }, 'a')
    expect(wrong.statusCode).toBe(400)
    expect((await send({ url: versions, payload: csv('new-1'), headers: asCsv }, 'a')).statusCode).toBe(200)
  })
})

describe('a version put in force again', () => {
  test('stays what came after it when the request comes once more', async () => {
    for (const id of ['a', 'b']) await send({ url: versions, payload: csv(id), headers: asCsv }, null)
    await send({ url: `${versions}/1/activate` }, 'a')
    await send({ url: `${versions}/2/activate` }, 'b')
    expect((await send({ url: `${versions}/1/activate` }, 'a')).headers['idempotency-replayed']).toBe('true')
    const listed = await valuesOf<{ version: number; inForce: boolean }>(versions)
    expect(listed.find(({ inForce }) => inForce)?.version).toBe(2)
  })
})

describe('a clock that is moved', () => {
  test('by more than a key lives finds the key of its move all the same', async () => {
    const request = { url: '/admin/clock', payload: { MoveBySeconds: (400 * dayMs) / secondMs } }
    const first = await send(request, 'a')
    expect(first.statusCode).toBe(200)
    const again = await send(request, 'a')
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.json()).toEqual(first.json())
  })

  test('is moved on to where it was to be when its server died half way', async () => {
    const request = { url: '/admin/clock', payload: { MoveBySeconds: 3_600 } }
    const toAt = installation.clock.now() + hourMs
    expect((await send(request, 'a', dying)).statusCode).toBe(500)
    await app.close()
    app = await startAgain(installation.deps.idempotency, hourMs / 2)
    await installation.clock.advance(31 * secondMs)
    const moved = await send(request, 'a')
    expect([moved.statusCode, moved.json<Envelope<{ time: string }>>().value[0]?.time]).toEqual([200, toWireTime(toAt)])
  })
})
