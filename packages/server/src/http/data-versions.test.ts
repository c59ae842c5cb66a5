import { existsSync, readdirSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { json as readJson } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DataVersionItem, ErrorEnvelope, Envelope } from '@almanac/api'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

let app: TestApp
let admin: TestClient
beforeEach(async () => {
  app = await openApp()
  admin = await app.addClient('contoso', ['Admin'])
})
afterEach(() => app.close())

const versions = '/admin/datasets/cmp/Orders/versions'
const header = 'AccountId,OrderId,OrderDate,Amount'
const good = `${header}\ncontoso,new-1,2026-05-02,1\nfabrikam,new-2,2026-05-03,2\n`

interface Sent {
  readonly url?: string
  readonly token?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends a file with the administrator's token, as CSV, unless something else is said. */
function send(payload: string | Buffer | Readable, { url = versions, token = admin.token, headers = {} }: Sent = {}) {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` }
  return app.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'text/csv', ...authorization, ...headers },
  })
}

async function seenOrders(): Promise<readonly unknown[]> {
  const query = new URLSearchParams({
    exportQuery: 'SELECT OrderId FROM Orders ORDER BY OrderId ASC TIMESPAN LIFETIME',
  })
  const answer = await admin.ask('GET', `/insights/v1.1/cmp/ScheduledQueries/testQueryResult?${query.toString()}`)
  return answer.json<Envelope<{ OrderId: string }>>().value.map(({ OrderId }) => OrderId)
}

const before = ['order-0', 'order-1', 'order-2']
const folderOf = (part: string) => join(app.deps.loads.loadedFolder, 'cmp', 'Orders', part)

test('a file that is sent becomes the version that queries read from the answer on', async () => {
  expect(await seenOrders()).toEqual(before)
  const answer = await send(good, { url: `${versions}?fileName=may.csv` })
  expect(answer.statusCode).toBe(200)
  const { value, message } = answer.json<Envelope<DataVersionItem>>()
  expect(message).toBe('Dataset loaded')
  expect(value).toEqual([
    {
      datasetName: 'Orders',
      version: 1,
      dataVersion: expect.stringMatching(/^1-[0-9a-f]{12}$/),
      inForce: true,
      createdTime: '2026-05-09T12:00:00Z',
      mode: 'replace',
      loadedBy: admin.id,
      files: ['may.csv'],
      rows: 2,
      accounts: 2,
      sizeBytes: expect.any(Number),
    },
  ])
  // Its own rows only, also for who loaded those of all.
  expect(await seenOrders()).toEqual(['new-1'])
  expect(readdirSync(folderOf('staging'))).toEqual([])

  const listed = (await admin.ask('GET', versions)).json<Envelope<DataVersionItem>>()
  expect(listed.value).toEqual(value)
})

test('a file is named by its kind where nobody says its name, and program and dataset match in any case', async () => {
  const answer = await send(good, { url: '/Admin/Datasets/CMP/orders/Versions?Mode=append' })
  expect(answer.json<Envelope<DataVersionItem>>().value).toMatchObject([{ files: ['the csv file'], mode: 'append' }])
})

test.each([
  ['compressed with gzip', gzipSync(good), { 'content-encoding': 'gzip' }, ''],
  [
    'as a stream without a length',
    Readable.from([Buffer.from(good.slice(0, 60)), Buffer.from(good.slice(60))]),
    {},
    '',
  ],
  ['as TSV', good.replaceAll(',', '\t'), { 'content-type': 'text/tab-separated-values; charset=utf-8' }, ''],
  [
    'as JSON, which nobody parses on the way',
    '{"AccountId":"contoso","OrderId":"new-1","OrderDate":"2026-05-02","Amount":1}\n{"AccountId":"x","OrderId":"y"}',
    { 'content-type': 'application/json' },
    '',
  ],
  ['as bytes, when the format is said', good, { 'content-type': 'application/octet-stream' }, '?format=csv'],
])('a file may come %s', async (_, payload, headers, query) => {
  const answer = await send(payload, { url: versions + query, headers })
  expect(answer.json<ErrorEnvelope>()).toMatchObject({ statusCode: 200 })
  expect(await seenOrders()).toEqual(['new-1'])
})

describe('nothing changes', () => {
  async function expectNothingChanged(): Promise<void> {
    expect(await seenOrders()).toEqual(before)
    expect(existsSync(folderOf('current'))).toBe(false)
    const staging = folderOf('staging')
    expect(existsSync(staging) ? readdirSync(staging) : []).toEqual([])
  }

  test('by a wrong file, whose mistakes are all told with row, line and column', async () => {
    const answer = await send(`${good}contoso,x,2026-02-30,1\n,y,2026-05-01,some\n`)
    expect(answer.statusCode).toBe(400)
    const { message, error, value } = answer.json<ErrorEnvelope>()
    expect(value).toEqual([])
    expect(message).toBe(
      'Nothing was loaded into Orders: the csv file, line 4, column OrderDate: "2026-02-30" is not a date such as 2024-05-31 (and 2 more)',
    )
    expect(error).toEqual({
      code: 'invalid_data',
      details: [
        {
          code: 'wrong_value',
          message: 'the csv file, line 4, column OrderDate: "2026-02-30" is not a date such as 2024-05-31',
          field: 'OrderDate',
          row: 3,
          line: 4,
        },
        {
          code: 'empty_account',
          message: 'the csv file, line 5, column AccountId: the row belongs to no account',
          field: 'AccountId',
          row: 4,
          line: 5,
        },
        {
          code: 'wrong_value',
          message: 'the csv file, line 5, column Amount: "some" is not a whole number',
          field: 'Amount',
          row: 4,
          line: 5,
        },
      ],
    })
    await expectNothingChanged()
  })

  test.each([
    ['an empty body', '', {}, '', 400, 'no_rows'],
    ['a body that is no gzip', good, { 'content-encoding': 'gzip' }, '', 400, 'invalid_request'],
    ['a compression that is not known', good, { 'content-encoding': 'br' }, '', 415, 'unsupported_media_type'],
    ['a body of unknown format', good, { 'content-type': 'application/octet-stream' }, '', 400, 'missing_value'],
    ['a format that is none', good, {}, '?format=xlsx', 400, 'unknown_value'],
    ['a mode that is none', good, {}, '?mode=merge', 400, 'unknown_value'],
    ['columns too many', `${header},Note\ncontoso,x,2026-05-01,1,n\n`, {}, '', 400, 'extra_column'],
    ['a file without rows', `${header}\n`, {}, '', 400, 'no_rows'],
    ['a file that is too large', Buffer.alloc(1_000_001, 'x'), {}, '', 413, 'too_large'],
    [
      'one that is too large once it is unpacked',
      gzipSync(Buffer.alloc(1_000_001, 'x')),
      { 'content-encoding': 'gzip' },
      '',
      413,
      'too_large',
    ],
  ])('by %s', async (_, payload, headers, query, status, code) => {
    const answer = await send(payload, { url: versions + query, headers })
    expect(answer.statusCode).toBe(status)
    const { error } = answer.json<ErrorEnvelope>()
    expect([error.code, ...error.details.map((detail) => detail.code)]).toContain(code)
    await expectNothingChanged()
  })

  test('by a dry run', async () => {
    const answer = await send(good, { url: `${versions}?dryRun=true` })
    expect(answer.json()).toMatchObject({ message: 'The file can be loaded', value: [{ inForce: false, rows: 2 }] })
    await expectNothingChanged()
  })

  test('in a dataset or a program that there is none of', async () => {
    const answers = [
      await send(good, { url: '/admin/datasets/cmp/Order/versions' }),
      await send(good, { url: '/admin/datasets/xyz/Orders/versions' }),
      await admin.ask('GET', '/admin/datasets/cmp/Order/versions'),
      await admin.ask('POST', '/admin/datasets/cmp/Orders/versions/1/activate'),
    ]
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404])
    expect(answers[0]?.json<ErrorEnvelope>().message).toContain('Did you mean Orders?')
    await expectNothingChanged()
  })

  test('by who has no token, or not the role', async () => {
    const writer = await app.addClient('contoso', ['Reports.ReadWrite'])
    const refused = [
      await send(good, { token: null }),
      await send(good, { token: 'x.y.z' }),
      await send(good, { token: writer.token }),
      await writer.ask('GET', versions),
      await writer.ask('POST', `${versions}/1/activate`),
    ]
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([401, 401, 403, 403, 403])
    await expectNothingChanged()
  })
})

describe('on a connection', () => {
  /** Begins to send a body and doesn't end it. */
  async function beginToSend(token: string, chunk: string, headers: Readonly<Record<string, string>> = {}) {
    if (!app.app.server.listening) await app.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.server.address() as AddressInfo
    const sending = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: versions,
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${token}`, ...headers },
    })
    const answered = Promise.withResolvers<IncomingMessage>()
    sending.on('response', answered.resolve).on('error', answered.reject)
    sending.write(chunk)
    return { sending, answered: answered.promise }
  }

  test('who may not load is refused before the body has come, whose length may be anything', async () => {
    const writer = await app.addClient('contoso', ['Reports.ReadWrite'])
    for (const [token, status] of [
      [writer.token, 403],
      ['no.token.atall', 401],
    ] as const) {
      const { sending, answered } = await beginToSend(token, header, { 'content-length': '999999999999' })
      expect((await answered).statusCode).toBe(status)
      sending.destroy()
    }
    expect(existsSync(app.deps.loads.loadedFolder)).toBe(false)
  })

  test('a file that is too large is refused while it comes', async () => {
    const { sending, answered } = await beginToSend(admin.token, 'x'.repeat(1_000_001))
    const answer = await answered
    expect(answer.statusCode).toBe(413)
    expect(await readJson(answer)).toMatchObject({
      message: 'The file is larger than 1000000 bytes (data.uploadBytes)',
    })
    sending.destroy()
  })

  test('a second load is refused while the first one sends; who breaks off leaves nothing', async () => {
    const first = await beginToSend(admin.token, `${header}\n`)
    await until(() => existsSync(folderOf('staging')) && readdirSync(folderOf('staging')).length > 0)
    const second = await send(good)
    expect(second.statusCode).toBe(409)
    expect(second.json<ErrorEnvelope>().error.code).toBe('load_in_progress')

    first.answered.catch(() => undefined)
    first.sending.destroy()
    await until(() => readdirSync(folderOf('staging')).length === 0)
    expect(await seenOrders()).toEqual(before)
    expect((await send(good)).statusCode).toBe(200)
  })
})

test('a report runs on the version that is in force, and its manifest names it; an older one can be brought back', async () => {
  await send(good)
  await send(good.replace('new-1', 'newer-1'))
  const activated = await admin.ask('POST', `${versions}/1/activate`)
  const [version] = activated.json<Envelope<DataVersionItem>>().value
  expect(version).toMatchObject({ version: 1, inForce: true })
  expect(await seenOrders()).toEqual(['new-1'])

  const query = await admin.ask('POST', '/insights/v1.1/cmp/ScheduledQueries', {
    Name: 'q',
    Query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME',
  })
  const { queryId } = query.json<Envelope<{ queryId: string }>>().value[0] ?? { queryId: '' }
  const report = await admin.ask('POST', '/insights/v1.1/cmp/ScheduledReport', {
    ReportName: 'r',
    QueryId: queryId,
    ExecuteNow: true,
  })
  const { reportId } = report.json<Envelope<{ reportId: string }>>().value[0] ?? { reportId: '' }
  await app.runDue()
  const run = await admin.ask('GET', `/insights/v1.1/cmp/ScheduledReport/execution/${reportId}`)
  const { executionId } = run.json<Envelope<{ executionId: string }>>().value[0] ?? { executionId: '' }
  const manifest = await admin.ask('GET', `/insights/v1.1/cmp/ScheduledReport/artifact/${executionId}/manifest`)
  expect(manifest.json()).toMatchObject({ rows: 1, dataVersion: version?.dataVersion })
})

/** Looks again with each turn of the event loop: there is no event for what another connection has come to. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
