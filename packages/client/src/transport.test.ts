import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { envelopeOf, startAnswering } from '../test/answering-server.ts'
import { startService } from '../test/service.ts'
import { collect } from './pages.ts'
import { createClient } from './index.ts'

test('a refusal carries the message, the code, the details and the id of the request', async () => {
  const details = [{ code: 'unknown_column', message: 'No column Offer', line: 1, column: 8, nearestName: 'OfferName' }]
  const service = await startService(() => ({
    status: 400,
    headers: { 'x-request-id': 'request-9' },
    json: envelopeOf([], {
      message: 'Incorrect column name',
      statusCode: 400,
      error: { code: 'invalid_query', details },
    }),
  }))
  await expect(service.client.queries.test({ query: 'SELECT Offer FROM ISVUsage' })).rejects.toMatchObject({
    name: 'AlmanacError',
    message: 'Incorrect column name',
    status: 400,
    code: 'invalid_query',
    details,
    requestId: 'request-9',
  })
})

test('a refusal says when to come back, where the service does', async () => {
  const busy = (headers: Readonly<Record<string, string>>) =>
    startService(() => ({ status: 429, headers, json: envelopeOf([], { statusCode: 429 }) }))
  for (const [headers, retryAfterSeconds] of [
    [{ 'retry-after': '30' }, 30],
    [{}, null],
    [{ 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' }, null],
  ] as const) {
    const service = await busy(headers)
    const refused = service.client.reports.create({ reportName: 'n', queryId: 'q', executeNow: true })
    await expect(refused).rejects.toMatchObject({ status: 429, retryAfterSeconds })
  }
})

test('what is to be done once is sent under its key, and other calls under none', async () => {
  const service = await startService(() => ({ json: envelopeOf([{}]) }))
  const { queries, reports, clock, dataVersions } = service.client
  const once = { idempotencyKey: 'key-1' }
  await queries.create({ name: 'n', query: 'SELECT A FROM B' }, once)
  await reports.create({ reportName: 'n', queryId: 'q', executeNow: true }, once)
  await reports.sendCallbackAgain('c', once)
  await clock.move({ bySeconds: 1 }, once)
  await dataVersions.load('Orders', 'A\n1\n', { format: 'csv', ...once })
  await dataVersions.activate('Orders', 1, once)
  const posts = service.asked.filter(({ method, path }) => method === 'POST' && !path.includes('oauth2'))
  expect(posts.map(({ headers }) => headers['idempotency-key'])).toEqual(Array.from({ length: 6 }, () => 'key-1'))
  expect(posts.map(({ query }) => query.get('idempotencyKey'))).toEqual(Array.from({ length: 6 }, () => null))
  await queries.create({ name: 'n', query: 'SELECT A FROM B' })
  expect(service.asked.at(-1)?.headers['idempotency-key']).toBeUndefined()
})

test('a refusal that a gateway sends with HTTP 200 is a refusal', async () => {
  const service = await startService(() => ({ json: envelopeOf([], { message: 'Invalid QueryId', statusCode: 400 }) }))
  await expect(service.client.queries.delete('x')).rejects.toMatchObject({ status: 400, message: 'Invalid QueryId' })
})

test('answers in Pascal case are read like those in lower camel', async () => {
  const service = await startService(() => ({
    json: {
      Value: [{ QueryId: 'q', Name: 'n', ' RecurrenceCount': 1 }],
      TotalCount: 1,
      Message: 'Query created successfully',
      StatusCode: 200,
    },
  }))
  const { query } = await service.client.queries.create({ name: 'n', query: 'SELECT A FROM B' })
  expect(query).toEqual({ queryId: 'q', name: 'n', recurrenceCount: 1 })
})

test('a page of a proxy is told as what it is', async () => {
  const html = (status: number) => ({
    status,
    headers: { 'content-type': 'text/html' },
    write: (response: { end: (text: string) => void }) => response.end('<html>'),
  })
  const broken = await startService(() => html(502))
  await expect(broken.client.datasets.list()).rejects.toMatchObject({ status: 502, code: 'http_502' })
  const login = await startService(() => html(200))
  await expect(login.client.datasets.list()).rejects.toMatchObject({ status: 200, code: 'unreadable_answer' })
  const other = await startService(() => ({ json: ['not', 'an', 'envelope'] }))
  await expect(other.client.datasets.list()).rejects.toMatchObject({ code: 'unreadable_answer' })
})

test('a service that does not listen is a network error that names it', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as AddressInfo
  await new Promise((resolve) => taken.close(resolve))
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}/insights/v1.1/cmp`, accessToken: () => 't' })
  await expect(client.datasets.list()).rejects.toMatchObject({
    code: 'network',
    status: null,
    message: expect.stringContaining(`http://127.0.0.1:${port} can't be reached`),
  })
})

test('an abort is told by its own reason', async () => {
  const service = await startService(() => ({ write: () => undefined }))
  const controller = new AbortController()
  const given = service.client.datasets.list({ signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
})

test('requests are written as the documents write them', async () => {
  const service = await startService((asked) => ({ json: envelopeOf([{ reportId: 'r', echoed: asked.body }]) }))
  await service.client.reports.create({
    reportName: 'Usage',
    queryId: 'q',
    executeNow: true,
    format: 'tsv',
    callbackUrl: null,
  })
  const [create] = service.askedFor('/ScheduledReport')
  expect(create).toMatchObject({ method: 'POST', headers: { 'content-type': 'application/json' } })
  expect(JSON.parse(create!.body)).toEqual({
    ReportName: 'Usage',
    QueryId: 'q',
    ExecuteNow: true,
    Format: 'tsv',
    CallbackUrl: null,
  })
  await service.client.queries.delete('a/b c')
  expect(service.asked.at(-1)).toMatchObject({
    method: 'DELETE',
    path: '/insights/v1.1/cmp/ScheduledQueries/a%2Fb%20c',
  })
})

test('rows of a preview keep the names of their columns, and notes come with them', async () => {
  const notes = [{ code: 'extension', message: 'OR is an extension' }]
  const service = await startService(() => ({
    json: envelopeOf([{ OfferName: 'A', SKU: null }], { details: notes }),
  }))
  const result = await service.client.queries.test({ queryId: 'q', startTime: '2026-01-01T00:00:00Z' })
  expect(result).toEqual({ rows: [{ OfferName: 'A', SKU: null }], notes })
  expect(Object.fromEntries(service.asked.at(-1)!.query)).toEqual({ queryId: 'q', startTime: '2026-01-01T00:00:00Z' })
})

test('the token does not leave for another server, whatever link the service sends', async () => {
  const elsewhere = await startAnswering(() => ({ json: envelopeOf([]) }))
  const service = await startService(() => ({
    json: envelopeOf([{ reportId: 'r' }], { nextLink: `${elsewhere.url}/steal` }),
  }))
  await expect(collect(service.client.reports.list())).rejects.toMatchObject({ code: 'foreign_link' })
  expect(elsewhere.asked).toEqual([])
})

test('a base URL that is none is refused at once', () => {
  expect(() => createClient({ baseUrl: 'localhost', accessToken: () => 't' })).toThrow(TypeError)
})
