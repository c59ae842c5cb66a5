import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, publicUrl, type TestApp, type TestClient } from './testing/open-app.ts'

let house: TestApp
let partner: TestClient
let stranger: TestClient

beforeAll(async () => {
  house = await openApp()
  partner = await house.addClient('contoso', ['Reports.ReadWrite'])
  stranger = await house.addClient('fabrikam', ['Admin'])
})
afterAll(() => house.close())

const base = '/insights/v1.1/cmp'

interface Answer {
  readonly value: Record<string, unknown>[]
  readonly nextLink: string | null
  readonly totalCount: number
  readonly message: string | null
  readonly statusCode: number
  readonly error?: { readonly code: string; readonly details: Record<string, unknown>[] }
  readonly details?: { readonly code: string; readonly message: string }[]
}

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, client = partner): Promise<Answer> {
  const answer = await client.ask(method, url, body)
  const parsed = answer.json<Answer>()
  expect(parsed.statusCode).toBe(answer.statusCode)
  expect(parsed.totalCount).toBe(parsed.value.length)
  return parsed
}

async function newQuery(name: string, text = 'SELECT OrderId FROM Orders TIMESPAN LIFETIME'): Promise<string> {
  const { value } = await ask('POST', `${base}/ScheduledQueries`, { Name: name, Query: text })
  return String(value[0]?.['queryId'])
}

describe('datasets', () => {
  test('are listed without what is hidden', async () => {
    expect(await ask('GET', `${base}/ScheduledDataset`)).toEqual({
      value: [
        {
          datasetName: 'Orders',
          selectableColumns: ['OrderId', 'OrderDate'],
          availableMetrics: ['TotalAmount'],
          availableDateRanges: ['LAST_MONTH', 'LAST_6_MONTHS', 'LIFETIME'],
          minimumRecurrenceInterval: 1,
        },
      ],
      nextLink: null,
      totalCount: 1,
      message: 'Dataset fetched successfully',
      statusCode: 200,
    })
  })

  test('a name that there is not is 404', async () => {
    expect(await ask('GET', `${base}/ScheduledDataset?datasetName=Nope`)).toMatchObject({
      statusCode: 404,
      message: 'No item found with given filters',
    })
  })
})

describe('a query', () => {
  test('is saved, listed, and deleted', async () => {
    const sent = { QUERY: ' SELECT OrderId FROM Orders ', name: ' Mine ', description: 'd', extra: 1 }
    const created = await ask('POST', `${base}/ScheduledQueries`, sent)
    const item = {
      queryId: expect.any(String) as string,
      name: 'Mine',
      description: 'd',
      query: 'SELECT OrderId FROM Orders',
      type: 'userDefined',
      user: expect.stringMatching(/^\d+$/) as string,
      createdTime: '2026-05-09T12:00:00Z',
      modifiedTime: null,
    }
    expect(created).toEqual({
      value: [item],
      nextLink: null,
      totalCount: 1,
      message: 'Query created successfully',
      statusCode: 200,
    })
    const { queryId } = created.value[0] ?? {}
    const own = await ask('GET', `${base}/ScheduledQueries?IncludeSystemQueries=False&queryName=MINE`)
    expect(own.value).toEqual(created.value)
    expect((await ask('DELETE', `${base}/ScheduledQueries/${String(queryId)}`)).value).toEqual(created.value)
    expect(await ask('DELETE', `${base}/ScheduledQueries/${String(queryId)}`)).toMatchObject({ statusCode: 404 })
    expect(await ask('GET', `${base}/ScheduledQueries?queryId=${String(queryId)}`)).toMatchObject({
      statusCode: 404,
      message: 'No item found with given filters',
    })
  })

  test('that uses an extension is saved with a note, which is no error', async () => {
    const text = "SELECT OrderId FROM Orders WHERE OrderId = 'a' OR OrderId = 'b'"
    const { details, ...created } = await ask('POST', `${base}/ScheduledQueries`, { Name: 'ext', Query: text })
    expect(created).toMatchObject({ statusCode: 200, totalCount: 1 })
    expect(created).not.toHaveProperty('error')
    expect(details).toEqual([{ code: 'extension', message: expect.stringContaining('OR') as string }])
  })

  test.each([
    ['SELECT OrderId FROM Nowhere', /^Invalid table name: /, 'unknown_dataset'],
    ['SELECT Nothing FROM Orders', /^Incorrect column name: /, 'unknown_column'],
    ['SELECT AccountId FROM Orders', /^Incorrect column name: /, 'unknown_column'],
    ['SELECT OrderId OrderDate FROM Orders', /^Invalid query: /, 'syntax'],
  ])('%s is refused with its place', async (text, message, code) => {
    const refused = await ask('POST', `${base}/ScheduledQueries`, { Name: 'bad', Query: text })
    expect(refused).toMatchObject({ statusCode: 400, value: [], error: { code: 'invalid_query' } })
    expect(refused.message).toMatch(message)
    expect(refused.error?.details[0]).toMatchObject({ code, line: 1, column: expect.any(Number) as number })
  })

  test('of the system is listed beside the own ones, alone, or not at all, and cannot be deleted', async () => {
    const types = async (filter: string) =>
      new Set((await ask('GET', `${base}/ScheduledQueries?${filter}`)).value.map(({ type }) => type))
    expect(await types('')).toEqual(new Set(['system', 'userDefined']))
    expect(await types('includeOnlySystemQueries=true')).toEqual(new Set(['system']))
    expect(await types('includeonlysystemqueries=TRUE&includeSystemQueries=false')).toEqual(new Set(['system']))
    expect(await types('includeSystemQueries=false')).toEqual(new Set(['userDefined']))
    expect(await ask('DELETE', `${base}/ScheduledQueries/q-orders`)).toMatchObject({ statusCode: 403 })
  })

  test('of another account is not there', async () => {
    const id = await newQuery('ours')
    expect(await ask('GET', `${base}/ScheduledQueries?queryId=${id}`, undefined, stranger)).toMatchObject({
      statusCode: 404,
    })
    expect(await ask('DELETE', `${base}/ScheduledQueries/${id}`, undefined, stranger)).toMatchObject({
      statusCode: 404,
    })
    expect(
      await ask('GET', `${base}/ScheduledQueries/testQueryResult?queryId=${id}`, undefined, stranger),
    ).toMatchObject({
      statusCode: 400,
      error: { code: 'invalid_query_id' },
    })
  })
})

describe('a list in pages', () => {
  test('is whole, each record once, when nextLink is followed to its end', async () => {
    const lister = await house.addClient('paged', ['Reports.ReadWrite'])
    for (let index = 0; index < 5; index += 1) {
      await ask('POST', `${base}/ScheduledQueries`, { Name: `q${index}`, Query: 'SELECT OrderId FROM Orders' }, lister)
      await house.clock.advance(1_000)
    }
    const names: unknown[] = []
    let link: string | null = `${publicUrl}${base}/ScheduledQueries?includeSystemQueries=false&$top=2`
    while (link !== null) {
      const page: Answer = await ask('GET', link.slice(publicUrl.length), undefined, lister)
      expect(page.value.length).toBeLessThanOrEqual(2)
      names.push(...page.value.map(({ name }) => name))
      link = page.nextLink
      expect(link ?? publicUrl).toContain(publicUrl)
    }
    expect(names).toEqual(['q4', 'q3', 'q2', 'q1', 'q0'])
  })

  test.each(['$top=0', '$top=10001', '$top=many', '$skipToken=nonsense'])('%s is refused', async (parameter) => {
    expect(await ask('GET', `${base}/ScheduledQueries?${parameter}`)).toMatchObject({ statusCode: 400 })
  })
})

describe('a test of a query', () => {
  const url = `${base}/ScheduledQueries/testQueryResult`
  const tryText = (text: string, more = '') => ask('GET', `${url}?exportQuery=${encodeURIComponent(text)}${more}`)

  test('gives the first rows of the account by column name', async () => {
    expect(await tryText('SELECT OrderId, TotalAmount FROM Orders ORDER BY OrderId ASC TIMESPAN LIFETIME')).toEqual({
      value: [
        { OrderId: 'order-0', TotalAmount: 0 },
        { OrderId: 'order-1', TotalAmount: 1 },
        { OrderId: 'order-2', TotalAmount: 2 },
      ],
      nextLink: null,
      totalCount: 3,
      message: null,
      statusCode: 200,
    })
  })

  test('works for saved queries and system queries', async () => {
    const id = await newQuery('to try')
    expect((await ask('GET', `${url}?queryId=${id}`)).totalCount).toBe(3)
    expect((await ask('GET', `${url}?QUERYID=q-orders`)).totalCount).toBe(3)
  })

  test('takes a window in place of the TIMESPAN', async () => {
    const window = '&startTime=2026-05-02T00:00:00Z&endTime=2026-05-04 00:00:00Z'
    const { value } = await tryText('SELECT OrderId FROM Orders ORDER BY OrderId ASC', window.replace(' ', '%20'))
    expect(value).toEqual([{ OrderId: 'order-1' }, { OrderId: 'order-2' }])
  })

  test.each([
    ['', 'missing_value'],
    ['?exportQuery=SELECT%20OrderId%20FROM%20Orders&queryId=q-orders', 'invalid_request'],
    ['?queryId=q-orders&startTime=yesterday', 'invalid_request'],
    ['?queryId=none', 'invalid_query_id'],
  ])('%s is refused', async (parameters, code) => {
    expect(await ask('GET', url + parameters)).toMatchObject({ statusCode: 400, error: { code } })
  })
})

describe('a report', () => {
  const send = (body: object, version = 'v1.1', client = partner) =>
    ask('POST', `/insights/${version}/cmp/ScheduledReport`, body, client)

  test('is created as the documents ask for it, blanks and casing included', async () => {
    const queryId = await newQuery('for a report')
    const created = await send({
      ReportName: 'ISVReport1',
      description: 'Report for getting list of Order Ids',
      queryID: `${queryId} `,
      StartTime: '2026-05-10 19:00:00Z ',
      executeNow: false,
      RecurrenceInterval: '48',
      recurrenceCount: 20,
      Format: 'CSV',
      callbackUrl: 'https://partner.example.com/cb',
      CallbackMethod: 'get',
    })
    expect(created).toEqual({
      value: [
        {
          reportId: expect.any(String) as string,
          reportName: 'ISVReport1',
          description: 'Report for getting list of Order Ids',
          queryId,
          query: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME',
          user: expect.any(String) as string,
          createdTime: '2026-05-09T12:00:05Z',
          modifiedTime: null,
          executeNow: false,
          queryStartTime: null,
          queryEndTime: null,
          startTime: '2026-05-10T19:00:00Z',
          reportStatus: 'Active',
          recurrenceInterval: 48,
          recurrenceCount: 20,
          totalRecurrenceCount: 20,
          nextExecutionStartTime: '2026-05-10T19:00:00Z',
          endTime: null,
          callbackUrl: 'https://partner.example.com/cb',
          callbackMethod: 'GET',
          callbackOn: 'Completed',
          format: 'csv',
          neutralizeFormulas: false,
        },
      ],
      nextLink: null,
      totalCount: 1,
      message: 'Report created successfully',
      statusCode: 200,
    })
    const { reportId } = created.value[0] ?? {}
    const inV1 = await ask('GET', `/insights/v1/cmp/ScheduledReport?reportId=${String(reportId)};other`)
    expect(Object.keys(inV1.value[0] ?? {})).toHaveLength(14)
    expect(await ask('GET', `${base}/ScheduledReport?reportId=${String(reportId)}`, undefined, stranger)).toMatchObject(
      {
        statusCode: 404,
        message: 'No item found with given filters',
      },
    )
  })

  test('to be run now ignores what a schedule would need', async () => {
    const created = await send({
      ReportName: 'now',
      QueryId: 'q-orders',
      ExecuteNow: 'True',
      StartTime: 'string',
      RecurrenceInterval: 100,
      RecurrenceCount: 100,
      QueryStartTime: '2026-05-01T00:00:00.5+02:00',
    })
    expect(created.value[0]).toMatchObject({
      executeNow: true,
      recurrenceInterval: -1,
      recurrenceCount: 1,
      startTime: '2026-05-09T12:00:05Z',
      queryStartTime: '2026-04-30T22:00:00Z',
    })
  })

  const good = {
    ReportName: 'r',
    QueryId: 'q-orders',
    StartTime: '2026-05-10T19:00:00Z',
    RecurrenceInterval: 24,
    RecurrenceCount: 2,
  }
  test.each<[string, object, string]>([
    [
      'v1.1',
      { StartTime: '10 May 2026' },
      'Invalid report parameters for creation - StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ',
    ],
    [
      'v1.1',
      { StartTime: 20_260_510 },
      'Invalid report parameters for creation - StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ',
    ],
    [
      'v1.1',
      { EndTime: '2026-02-30T00:00:00Z' },
      'Invalid report parameters for creation - EndTime should follow format: yyyy-MM-ddTHH:mm:ssZ',
    ],
    [
      'v1.1',
      { EndTime: '2026-05-10T18:00:00Z' },
      'Invalid report parameters for creation - EndTime should be greater than StartTime',
    ],
    ['v1.1', { Format: 'xls' }, 'Invalid report parameters for creation - Report format should be csv/tsv'],
    ['v1.1', { ReportName: 'a;b' }, 'Invalid report parameters for creation - Invalid character (;) in ReportName'],
    [
      'v1.1',
      { CallbackUrl: 'https://a.example', CallbackMethod: 'PUT' },
      'Invalid report parameters for creation - CallbackMethod can only be GET or POST',
    ],
    [
      'v1.1',
      { RecurrenceCount: -1 },
      'Invalid report parameters for creation - Recurrence count has to be a positive integer value',
    ],
    [
      'v1.1',
      { RecurrenceCount: 'twice' },
      'Invalid report parameters for creation - Recurrence count has to be a positive integer value',
    ],
    [
      'v1.1',
      { ReportName: 'x'.repeat(257) },
      'Invalid report parameters for creation - Limit ReportName and Description length to 256 characters or less',
    ],
    ['v1.1', { QueryId: 'none' }, 'Invalid QueryId'],
    ['v1.1', { RecurrenceInterval: 17_521 }, 'Recurrence Interval must be between 1 and 17520'],
    ['v1', { RecurrenceInterval: 3 }, 'Recurrence Interval must be between 4 and 90'],
    ['v1.1', { StartTime: null }, 'Null or missing value'],
    ['v1.1', { QueryId: ' ' }, 'Null or missing value: QueryId'],
  ])('in %s with %j is refused in the documented words', async (version, change, message) => {
    const refused = await send({ ...good, ...change }, version)
    expect(refused.statusCode).toBe(400)
    expect(refused.message?.startsWith(message)).toBe(true)
    expect(refused.error?.details.length).toBeGreaterThan(0)
  })
})

test('the worker is told of a report that was stored, and of no other', async () => {
  let told = 0
  const woken = await openApp({ reportStored: () => void (told += 1) })
  const client = await woken.addClient('contoso', ['Reports.ReadWrite'])
  await ask('POST', `${base}/ScheduledReport`, { ReportName: 'now', QueryId: 'none', ExecuteNow: true }, client)
  expect(told).toBe(0)
  await ask('POST', `${base}/ScheduledReport`, { ReportName: 'now', QueryId: 'q-orders', ExecuteNow: true }, client)
  expect(told).toBe(1)
  await woken.close()
})

test('what a path is asked twice, differently, is refused', async () => {
  expect(await ask('GET', `${base}/ScheduledReport?reportId=a&ReportId=b`)).toMatchObject({ statusCode: 400 })
})
