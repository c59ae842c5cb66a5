import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { createApp } from './app.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

let installation: TestApp
/** The same installation, whose server dies before it notes what it has answered. */
let dying: FastifyInstance
let contoso: TestClient
let other: TestClient

beforeAll(async () => {
  installation = await openApp()
  const { idempotency } = installation.deps
  const finish = (): Promise<never> => Promise.reject(new Error('killed'))
  dying = await createApp({ ...installation.deps, idempotency: { ...idempotency, finish } })
  contoso = await installation.addClient('contoso', ['Reports.ReadWrite'])
  other = await installation.addClient('contoso', ['Reports.ReadWrite'])
})

afterAll(async () => {
  await dying.close()
  await installation.close()
})

const queries = '/insights/v1.1/cmp/ScheduledQueries'
const reports = '/insights/v1.1/cmp/ScheduledReport'
const query = { Name: 'Orders', Query: 'SELECT OrderId FROM Orders' }

interface Asking {
  readonly url?: string
  readonly client?: TestClient
  readonly app?: FastifyInstance
}

async function post(
  key: string,
  body: object,
  { url = queries, client = contoso, app = installation.app }: Asking = {},
) {
  const headers = { authorization: `Bearer ${client.token}`, 'idempotency-key': key }
  const answer = await app.inject({ method: 'POST', url, headers, payload: body })
  return { answer, body: answer.json<{ value: { queryId: string; reportId: string }[]; message: string }>() }
}

async function queryCount(name: string): Promise<number> {
  const found = await contoso.ask('GET', `${queries}?includeSystemQueries=false&queryName=${name}`)
  return found.json<{ value: unknown[] }>().value.length
}

test('the same request again gets the answer of the first, and nothing is made twice', async () => {
  const first = await post('a', query)
  const again = await post('a', { query: query.Query, NAME: ' Orders ' })
  expect(first.answer.headers['idempotency-replayed']).toBeUndefined()
  expect(again.answer.headers['idempotency-replayed']).toBe('true')
  expect(again.body).toEqual(first.body)
  expect(await queryCount('Orders')).toBe(1)
})

test('the same key with another body, on another operation, or in another version is refused', async () => {
  await post('b', { ...query, Name: 'B' })
  for (const { answer, body } of [
    await post('b', { ...query, Name: 'Not B' }),
    await post('b', { ...query, Name: 'B' }, { url: queries.replace('v1.1', 'v1') }),
    await post('b', { ReportName: 'B', QueryId: 'q', ExecuteNow: true }, { url: reports }),
  ]) {
    expect([answer.statusCode, body.message]).toEqual([
      422,
      expect.stringContaining('"b" was used for another request'),
    ])
  }
  expect(await queryCount('B')).toBe(1)
})

test('another client’s key is another key', async () => {
  const mine = await post('c', { ...query, Name: 'C' })
  const theirs = await post('c', { ...query, Name: 'C' }, { client: other })
  expect(theirs.body.value[0]?.queryId).not.toBe(mine.body.value[0]?.queryId)
})

test('a refused request frees its key for the right one', async () => {
  expect((await post('d', { ...query, Name: 'D', Query: 'SELECT Nothing FROM Orders' })).answer.statusCode).toBe(400)
  expect((await post('d', { ...query, Name: 'D' })).answer.statusCode).toBe(200)
})

test('of several at once one is served; the others wait or get its answer', async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => post('e', { ...query, Name: 'E' })))
  const served = all.filter(({ answer }) => answer.statusCode === 200)
  expect(all.filter(({ answer }) => ![200, 409].includes(answer.statusCode))).toEqual([])
  expect(served.filter(({ answer }) => answer.headers['idempotency-replayed'] === undefined)).toHaveLength(1)
  expect(await queryCount('E')).toBe(1)
})

test('a server that died between making a thing and noting it: the next try finds the thing', async () => {
  const { body: made } = await post('q', { ...query, Name: 'For reports' })
  const report = { ReportName: 'F', QueryId: made.value[0]?.queryId, ExecuteNow: true }
  expect((await post('f', report, { url: reports, app: dying })).answer.statusCode).toBe(500)
  expect((await post('f', report, { url: reports })).answer.statusCode).toBe(409)
  await installation.clock.advance(31 * secondMs)
  const found = await post('f', report, { url: reports })
  expect(found.answer.headers['idempotency-replayed']).toBe('true')
  const listed = await contoso.ask('GET', `${reports}?reportName=F`)
  expect(listed.json<{ value: { reportId: string }[] }>().value.map(({ reportId }) => reportId)).toEqual([
    found.body.value[0]?.reportId,
  ])
})

test('without a key, or with a blank one, each request is its own', async () => {
  await post(' ', { ...query, Name: 'G' })
  await post(' ', { ...query, Name: 'G' })
  expect(await queryCount('G')).toBe(2)
})

test('a key of more than 255 characters is refused', async () => {
  const { answer, body } = await post('x'.repeat(256), query)
  expect([answer.statusCode, body.message]).toEqual([400, expect.stringContaining('at most 255 characters')])
})

test('a day later the key is new', async () => {
  await post('h', { ...query, Name: 'H' })
  await installation.clock.advance(dayMs + 1)
  const renewed = await installation.addClient('contoso', ['Reports.ReadWrite'])
  expect((await post('h', { ...query, Name: 'Not H' }, { client: renewed })).answer.statusCode).toBe(200)
})
