import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, publicUrl, type TestApp, type TestClient } from './testing/open-app.ts'

// One report, from its creation to its file, as a partner sees it.

let house: TestApp
let partner: TestClient
let stranger: TestClient
let reportId: string

const base = '/insights/v1.1/cmp'
const csv = 'OrderId\norder-0\norder-1\norder-2\norder-3\norder-4\n'

interface Answer {
  readonly value: Record<string, unknown>[]
  readonly nextLink: string | null
  readonly message: string | null
  readonly statusCode: number
  readonly error?: { readonly code: string }
}

async function createReport(body: object): Promise<string> {
  const answer = await partner.ask('POST', `${base}/ScheduledReport`, body)
  expect(answer.statusCode).toBe(200)
  return String(answer.json<Answer>().value[0]?.['reportId'])
}

async function executions(query = '', id = reportId, version = 'v1.1', client = partner): Promise<Answer> {
  const answer = await client.ask('GET', `/insights/${version}/cmp/ScheduledReport/execution/${id}${query}`)
  const parsed = answer.json<Answer>()
  expect(parsed.statusCode).toBe(answer.statusCode)
  return parsed
}

const pathOf = (url: unknown): string => {
  expect(url).toEqual(expect.stringMatching(/^https:\/\/reports\.example\.com\//))
  return String(url).slice(publicUrl.length)
}

beforeAll(async () => {
  house = await openApp()
  partner = await house.addClient('contoso', ['Reports.ReadWrite'])
  stranger = await house.addClient('fabrikam', ['Admin'])
  const query = await partner.ask('POST', `${base}/ScheduledQueries`, {
    Name: 'q',
    Query: 'SELECT OrderId FROM Orders ORDER BY OrderId ASC TIMESPAN LIFETIME',
  })
  reportId = await createReport({
    ReportName: 'Größe',
    QueryId: query.json<Answer>().value[0]?.['queryId'],
    StartTime: '2026-05-09T13:00:00Z',
    RecurrenceInterval: 1,
    RecurrenceCount: 3,
  })
})
afterAll(() => house.close())

const noneYet =
  "There are no executions that have occurred for the given filter conditions. Please recheck the reportId or executionId and retry the API after the report's scheduled execution time"

describe('before the first run', () => {
  test('the answer is the documented 404, and still shows what waits', async () => {
    const answer = await executions()
    expect(answer).toMatchObject({
      statusCode: 404,
      message: noneYet,
      error: { code: 'no_execution_yet' },
      value: [
        {
          reportId,
          recurrenceInterval: 1,
          recurrenceCount: 3,
          executionStatus: 'Pending',
          reportLocation: null,
          reportAccessSecureLink: null,
        },
      ],
    })
  })

  test('an explicit status asks for it, in any casing, also several', async () => {
    for (const status of ['Pending', 'pending', 'Running;PENDING ;']) {
      expect(await executions(`?executionStatus=${status}`)).toMatchObject({
        statusCode: 200,
        message: null,
        value: [{ executionStatus: 'Pending' }],
      })
    }
    expect(await executions('?executionStatus=Completed')).toMatchObject({
      statusCode: 404,
      message: noneYet,
      value: [],
    })
    expect(await executions('?executionStatus=string')).toMatchObject({
      statusCode: 400,
      message: "Requested value 'string' not found. executionStatus takes Pending, Running, Paused, Completed, Failed.",
    })
  })

  test('there is no file and no manifest', async () => {
    const [waiting] = (await executions()).value
    const artifact = `${base}/ScheduledReport/artifact/${String(waiting?.['executionId'])}`
    for (const url of [artifact, `${artifact}/manifest`]) expect((await partner.ask('GET', url)).statusCode).toBe(404)
  })
})

describe('after the first run', () => {
  let completed: Record<string, unknown>
  let link: string

  beforeAll(async () => {
    await house.clock.advance(3_600_000)
    await house.runDue()
    completed = (await executions()).value[0] ?? {}
    link = pathOf(completed['reportAccessSecureLink'])
  })

  test('the execution shows its file, its link and when that ends', () => {
    expect(completed).toMatchObject({
      executionStatus: 'Completed',
      recurrenceCount: 2,
      totalRecurrenceCount: 3,
      nextExecutionStartTime: '2026-05-09T14:00:00Z',
      failureReason: null,
      dataVersion: expect.stringMatching(/^[0-9a-f]{32}$/),
      reportExpiryTime: '2026-05-10T13:00:00Z',
      reportGeneratedTime: '2026-05-09T13:00:00Z',
      reportLocation: `${publicUrl}${base}/ScheduledReport/artifact/${String(completed['executionId'])}`,
    })
  })

  test('v1 shows the total, and leads to its own address', async () => {
    const [inV1] = (await executions('', reportId, 'v1')).value
    expect(inV1).toMatchObject({ recurrenceCount: 3 })
    expect(inV1).not.toHaveProperty('totalRecurrenceCount')
    expect(inV1?.['reportLocation']).toContain('/insights/v1/cmp/')
  })

  test('the link needs no token, and saves under the name of the report', async () => {
    const answer = await house.app.inject(link)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe(csv)
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-length': String(Buffer.byteLength(csv)),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(answer.headers['content-disposition']).toContain(`filename*=UTF-8''Gr%C3%B6%C3%9Fe`)
  })

  test('parts of it, and its headers alone, can be asked for', async () => {
    const part = await house.app.inject({ url: link, headers: { range: 'bytes=-8' } })
    expect([part.statusCode, part.body]).toEqual([206, 'order-4\n'])
    const head = await house.app.inject({ method: 'HEAD', url: link })
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(csv)))
    const outside = await house.app.inject({ url: link, headers: { range: 'bytes=5000-' } })
    expect(outside.statusCode).toBe(416)
    const squeezed = await house.app.inject({ url: link, headers: { 'accept-encoding': 'gzip' } })
    expect(gunzipSync(squeezed.rawPayload).toString()).toBe(csv)
    const known = await house.app.inject({ url: link, headers: { 'if-none-match': String(head.headers.etag) } })
    expect(known.statusCode).toBe(304)
  })

  test('with a token the file and its manifest are at its location', async () => {
    const location = pathOf(completed['reportLocation'])
    const file = await partner.ask('GET', location)
    expect(file.body).toBe(csv)
    const manifest = await partner.ask('GET', `${location}/manifest`)
    expect(manifest.json()).toMatchObject({
      executionId: completed['executionId'],
      reportId,
      rows: 5,
      sizeBytes: Buffer.byteLength(csv),
      sha256: createHash('sha256').update(csv).digest('hex'),
      columns: [{ name: 'OrderId', type: 'string' }],
      referenceTime: '2026-05-09T13:00:00Z',
    })
    expect((await house.app.inject(location)).statusCode).toBe(401)
    for (const url of [location, `${location}/manifest`]) {
      expect((await stranger.ask('GET', url)).statusCode).toBe(404)
    }
  })

  test('a link that was altered is refused, whatever was altered', async () => {
    const [path = '', query = ''] = link.split('?')
    for (const name of ['account', 'expires', 'key', 'signature']) {
      const parameters = new URLSearchParams(query)
      parameters.set(name, `${parameters.get(name) ?? ''}1`)
      const answer = await house.app.inject(`${path}?${parameters.toString()}`)
      expect(answer.statusCode).toBe(403)
      expect(answer.json()).toMatchObject({ value: [], error: { code: 'link_refused' } })
    }
    expect((await house.app.inject(path)).statusCode).toBe(403)
    expect((await house.app.inject(link.replace('/download/', '/download/0'))).statusCode).toBe(403)
  })

  test('another account sees no executions of it', async () => {
    expect(await executions('', reportId, 'v1.1', stranger)).toMatchObject({ statusCode: 404, value: [] })
  })

  test('all executions come newest first, in pages', async () => {
    await house.clock.advance(2 * 3_600_000)
    await house.runDue()
    const all = (await executions('?getLatestExecution=False')).value
    expect(all).toHaveLength(3)
    const first = await executions('?getLatestExecution=false&$top=2')
    expect(first.value.map(({ executionId }) => executionId)).toEqual(
      all.slice(0, 2).map((item) => item['executionId']),
    )
    const second = await partner.ask('GET', pathOf(first.nextLink))
    expect(second.json()).toMatchObject({ nextLink: null, value: [{ executionId: all[2]?.['executionId'] }] })
    expect((await executions(`?executionId=${String(all[2]?.['executionId'])}`)).value).toHaveLength(1)
  })

  test('a link ends when it said it would', async () => {
    const fresh = pathOf((await executions()).value[0]?.['reportAccessSecureLink'])
    await house.clock.advance(24 * 3_600_000 - 1_000)
    expect((await house.app.inject(fresh)).statusCode).toBe(200)
    await house.clock.advance(1_000)
    const answer = await house.app.inject(fresh)
    expect(answer.statusCode).toBe(403)
    expect(answer.json()).toMatchObject({ error: { code: 'link_expired' } })
  })
})
