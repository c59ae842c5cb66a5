import { request, type IncomingMessage } from 'node:http'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, requestToken, type Envelope } from './testing/call.ts'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { base, completed, createReport, saveQuery, type CompletedExecution } from './testing/steps.ts'

// What a client can get wrong, with the status and the beginning of the message that the documents have for it. Every
// refusal is an envelope, says nothing of this machine, and leaves nothing behind.

const folder = await mkdtemp(join(tmpdir(), 'almanac-bad-input-'))
afterAll(() => removeFolder(folder))

/** A request that is to be refused. What it doesn't say is as a good request has it. */
interface Bad {
  readonly method?: string
  readonly path: string
  /** Sent as it is if text, as JSON otherwise. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly status: number
  readonly message: string
  /** What `error` holds beside. */
  readonly error?: { readonly code?: string; readonly details?: readonly object[] }
}

/** What came of it, as far as a test looks; `leaks` is what stands in it that only this machine could know. */
async function answerTo(server: DemoProcess, token: string, bad: Bad) {
  const { method = bad.body === undefined ? 'GET' : 'POST', path, body, headers } = bad
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const { message, ...envelope } = JSON.parse(text) as Envelope
  return {
    status: response.status,
    message: message?.slice(0, bad.message.length),
    envelope,
    contentType: response.headers.get('content-type'),
    requestId: response.headers.get('x-request-id'),
    leaks: leaksIn(text),
  }
}

declare module 'vitest' {
  // The parameters have to be as vitest has them.
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** The server refuses this request, as the request says that it should. */
    toBeRefusedBy: (this: Matchers<R, T>, server: DemoProcess, token: string) => Promise<void>
  }
}

expect.extend({
  async toBeRefusedBy(bad: Bad, server: DemoProcess, token: string) {
    const [actual, expected] = [await answerTo(server, token, bad), refusal(bad)]
    return {
      pass: this.equals(actual, expected),
      message: () => `${bad.path} was not refused as expected`,
      actual,
      expected,
    }
  },
})

/** What `answerTo` gives for a request that was refused as it should be. */
function refusal({ status, message, error = {} }: Omit<Bad, 'path'>) {
  const { code = expect.stringMatching(/^[a-z_]+$/), details } = error
  return {
    status,
    message,
    envelope: {
      value: [],
      nextLink: null,
      totalCount: 0,
      statusCode: status,
      error: { code, details: details?.map((detail) => expect.objectContaining(detail)) ?? expect.any(Array) },
    },
    contentType: 'application/json; charset=utf-8',
    requestId: expect.stringMatching(/./),
    leaks: [],
  }
}

/** Folders, stacks, SQL and names of our making. */
function leaksIn(text: string): readonly string[] {
  const folders = [folder, root].filter((path) => text.includes(path))
  const words = text.match(
    /\\n\s+at |node_modules|node:|\.ts\b|\.mjs\b|parquet|duckdb|sqlite|kysely|fastify|PublisherAccountId|\bfrom \\?"/gi,
  )
  return [...folders, ...(words ?? [])]
}

/** Everything of an account that lists show. */
async function everythingOf(server: DemoProcess, client: number): Promise<readonly unknown[]> {
  const token = await requestToken(server, client)
  const lists = await Promise.all(
    ['/ScheduledQueries', '/ScheduledReport'].map((path) => call(server, token, 'GET', `${base}${path}`)),
  )
  const reportIds = lists[1]!.body.value.map(({ reportId }) => reportId).join(';')
  const everyStatus = 'executionStatus=Pending;Running;Paused;Completed;Failed&getLatestExecution=false'
  const executions =
    reportIds === ''
      ? []
      : (await call(server, token, 'GET', `${base}/ScheduledReport/execution/${reportIds}?${everyStatus}`)).body.value
  // Links are minted anew for each answer.
  const kept = executions.map((execution) => ({ ...execution, reportAccessSecureLink: '', reportExpiryTime: '' }))
  return [...lists.map(({ body }) => body), kept]
}

const usage = 'SELECT UsageDate, OfferName FROM ISVUsage'
const orders = 'SELECT AssetId FROM ISVOrder'

describe('a server as it comes', () => {
  let server: DemoProcess
  let token: string
  let queryId: string
  let waitingReportId: string
  let execution: CompletedExecution
  let before: readonly unknown[]

  beforeAll(async () => {
    server = await startDemoProcess(join(folder, 'open'), ['--rows', '2000'])
    token = await requestToken(server)
    queryId = await saveQuery(server, token, 'good', orders)
    execution = await completed(server, token, await createReport(server, token, 'good', queryId))
    waitingReportId = await createReport(server, token, 'waits', queryId, {
      StartTime: '2026-01-01T00:00:00Z',
      RecurrenceInterval: 8_760,
      RecurrenceCount: 2,
    })
    before = [await everythingOf(server, 0), await everythingOf(server, 1)]
  })
  afterAll(() => server.stop('SIGTERM'))

  const queries = `${base}/ScheduledQueries`
  const reports = `${base}/ScheduledReport`
  const datasets = `${base}/ScheduledDataset`
  const tested = `${queries}/testQueryResult`
  const query = (body: object): Omit<Bad, 'status' | 'message'> => ({ path: queries, body })

  describe('who asks', () => {
    const unauthorized = { path: datasets, status: 401, message: 'Unauthorized' }
    const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    /** The token with one of its parts changed. */
    const altered = (part: 0 | 1 | 2, change: (text: string) => string): string =>
      token
        .split('.')
        .map((text, index) => (index === part ? change(text) : text))
        .join('.')
    const claims = (): object => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as object

    test.each<readonly [string, () => Readonly<Record<string, string>>]>([
      ['an empty header', () => ({ Authorization: '' })],
      ['no token', () => ({ Authorization: 'Bearer' })],
      ['garbage', () => ({ Authorization: 'Bearer garbage' })],
      ['garbage in three parts', () => ({ Authorization: 'Bearer a.b.c' })],
      ['another scheme', () => ({ Authorization: `Basic ${token}` })],
      ['garbage as a ticket', () => ({ Authorization: '', 'X-AadUserTicket': 'garbage' })],
      ['a token of 60 KB', () => ({ Authorization: `Bearer ${'x'.repeat(60_000)}` })],
      [
        'a signature that was altered',
        () => ({ Authorization: `Bearer ${altered(2, (text) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1))}` }),
      ],
      [
        'another account in the claims',
        () => ({
          Authorization: `Bearer ${altered(1, () => b64({ ...claims(), account: server.clients[1]!.account }))}`,
        }),
      ],
      [
        'a later end in the claims',
        () => ({ Authorization: `Bearer ${altered(1, () => b64({ ...claims(), exp: 4_102_444_800 }))}` }),
      ],
      [
        'no signature and an algorithm that needs none',
        () => ({ Authorization: `Bearer ${b64({ alg: 'none', typ: 'JWT' })}.${token.split('.')[1]}.` }),
      ],
    ])('%s is Unauthorized', async (_name, headers) => {
      await expect({ ...unauthorized, headers: headers() }).toBeRefusedBy(server, token)
      // Without a token nothing is told of what is wrong with the rest, not even whether it is there.
      const elsewhere = { path: `${queries}/${queryId}`, method: 'DELETE', headers: headers() }
      await expect({ ...unauthorized, ...elsewhere }).toBeRefusedBy(server, token)
      await expect({ ...unauthorized, path: queries, body: '{ not json', headers: headers() }).toBeRefusedBy(
        server,
        token,
      )
    })

    test.each([
      [{ client_secret: 'wrong' }, 401, 'invalid_client'],
      [{ client_id: randomUUID() }, 400, 'unauthorized_client'],
      [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
      [{ resource: 'https://elsewhere.example' }, 400, 'invalid_resource'],
      [{ client_id: '' }, 400, 'invalid_request'],
      [{ client_secret: '' }, 400, 'invalid_request'],
      [{ grant_type: '' }, 400, 'invalid_request'],
    ])('a request for a token with %j is %i %s', async (wrong, status, error) => {
      const { clientId, clientSecret } = server.clients[0]!
      const response = await fetch(`${server.url}/${server.tenantId}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          client_secret: clientSecret,
          resource: 'https://api.partnercenter.microsoft.com',
          ...wrong,
        }),
      })
      const text = await response.text()
      expect([response.status, JSON.parse(text)]).toEqual([status, expect.objectContaining({ error })])
      expect(leaksIn(text)).toEqual([])
      expect(text).not.toContain(clientSecret)
    })
  })

  describe('the address', () => {
    test.each<Bad>([
      { path: '/', status: 404, message: 'There is nothing at this address' },
      { path: '/insights/v1.1/cmp/Nothing', status: 404, message: 'There is nothing at this address' },
      { path: '/insights/v2/cmp/ScheduledDataset', status: 404, message: 'There is nothing at this address' },
      { path: '/insights/v1/..%2f..%2fetc/ScheduledDataset', status: 404, message: 'No item found with given filters' },
      {
        path: '/insights/v1/none/ScheduledDataset',
        status: 404,
        message: 'No item found with given filters. There is no program "none".',
      },
      { path: '/insights/v1/none/ScheduledReport', status: 404, message: 'No item found with given filters' },
      { path: '/insights/v1/%zz/ScheduledDataset', status: 400, message: 'The request is not one that can be read' },
      { path: datasets, method: 'POST', body: {}, status: 405, message: 'POST is not served here; GET' },
      { path: queries, method: 'PUT', body: {}, status: 405, message: 'PUT is not served here' },
      { path: `${reports}/execution/x`, method: 'DELETE', status: 405, message: 'DELETE is not served here' },
      { path: `${datasets}?datasetName=ISVNothing`, status: 404, message: 'No item found with given filters' },
      { path: `${queries}?queryId=none`, status: 404, message: 'No item found with given filters' },
      { path: `${queries}?queryName=none`, status: 404, message: 'No item found with given filters' },
      { path: `${queries}?includeSystemQueries=perhaps`, status: 400, message: 'includeSystemQueries must be true or' },
      { path: `${queries}?queryName=a&QUERYNAME=b`, status: 400, message: 'QUERYNAME was sent twice with different' },
      { path: `${reports}?reportId=none`, status: 404, message: 'No item found with given filters' },
      { path: `${reports}?reportName=none`, status: 404, message: 'No item found with given filters' },
      { path: `${reports}?$top=0`, status: 400, message: '$top must be a whole number from 1 to 10000' },
      { path: `${reports}?$top=10001`, status: 400, message: '$top must be a whole number' },
      { path: `${reports}?$top=ten`, status: 400, message: '$top must be a whole number' },
      { path: `${reports}?$skipToken=garbage`, status: 400, message: 'The position in nextLink cannot be read' },
      { path: `${queries}/none`, method: 'DELETE', status: 404, message: 'No item found with given filters' },
      { path: `${reports}/execution/none`, status: 404, message: 'No item found with given filters' },
      { path: `${reports}/artifact/none`, status: 404, message: 'No item found with given filters' },
      { path: `${reports}/artifact/none/manifest`, status: 404, message: 'No item found with given filters' },
    ])('$path is $status $message', async (bad) => {
      await expect(bad).toBeRefusedBy(server, token)
    })

    test('a system query can’t be deleted', async () => {
      const system = await call(server, token, 'GET', `${queries}?includeOnlySystemQueries=true&$top=1`)
      const path = `${queries}/${String(system.body.value[0]?.queryId)}`
      await expect({ method: 'DELETE', path, status: 403, message: 'Forbidden' }).toBeRefusedBy(server, token)
    })

    test('executions that filters leave out', async () => {
      const path = `${reports}/execution/${waitingReportId}`
      const none = 'There are no executions that have occurred for the given filter conditions. Please recheck the'
      await expect({ path: `${path}?executionStatus=Failed`, status: 404, message: none }).toBeRefusedBy(server, token)
      await expect({ path: `${path}?executionId=none`, status: 404, message: none }).toBeRefusedBy(server, token)
      const unknown = "Requested value 'Done' not found"
      await expect({ path: `${path}?executionStatus=Completed;Done`, status: 400, message: unknown }).toBeRefusedBy(
        server,
        token,
      )
      const flag = 'getLatestExecution must be true or false'
      await expect({ path: `${path}?getLatestExecution=2`, status: 400, message: flag }).toBeRefusedBy(server, token)
    })
  })

  describe('the body', () => {
    const json = 'The body is not valid JSON: '
    test.each<{ name: string } & Omit<Bad, 'path'>>([
      { name: 'empty', body: '', status: 400, message: 'Null or missing value: Name, Query' },
      { name: 'null', body: 'null', status: 400, message: 'Null or missing value: Name, Query' },
      { name: 'a list', body: '[]', status: 400, message: 'The body must be a JSON object' },
      { name: 'a text', body: '"text"', status: 400, message: 'The body must be a JSON object' },
      {
        name: 'broken',
        body: '{\n  "Name": "n"\n  "Query": "q" }',
        status: 400,
        message: json,
        error: { code: 'malformed_request', details: [{ line: 3, column: 3 }] },
      },
      { name: 'cut short', body: '{"Name": "n", "Query": "SELE', status: 400, message: json },
      { name: 'with single quotes', body: "{'Name': 'n'}", status: 400, message: json },
      {
        name: 'nested without end',
        body: '['.repeat(100_000),
        status: 400,
        message: 'The body is nested deeper than 64 levels at line 1, column 66',
      },
      {
        name: 'a prototype',
        body: `{"__proto__": {"Name": "n", "Query": "${orders}"}}`,
        status: 400,
        message: 'Null or missing value: Name, Query',
      },
      {
        name: 'one key twice',
        body: `{"Name": "a", "Query": "${orders}", "Name": "b"}`,
        status: 400,
        message: 'The key "Name" was sent before with another value (casing does not count) at line 1, column',
      },
      {
        name: 'one key in two casings',
        body: `{"Name": "a", "Query": "${orders}", "QUERY": "${usage}"}`,
        status: 400,
        message: 'The key "QUERY" was sent before with another value',
      },
      {
        name: 'too large',
        body: `{"Name": "${'x'.repeat(300_000)}"}`,
        status: 413,
        message: 'The body of the request is too large',
      },
      {
        name: 'a form',
        body: 'Name=n&Query=q',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        status: 415,
        message: 'The body is not of a kind that is taken here',
      },
      {
        name: 'plain text',
        body: `{"Name": "n", "Query": "${orders}"}`,
        headers: { 'Content-Type': 'text/plain' },
        status: 415,
        message: 'The body is not of a kind that is taken here',
      },
    ])('$name', async (bad) => {
      await expect({ ...bad, path: queries, method: 'POST' }).toBeRefusedBy(server, token)
    })
  })

  describe('a query', () => {
    const wrong = (text: string, message: string, detail?: object): { text: string; shown: string } & Bad => ({
      text,
      shown: JSON.stringify(text).slice(0, 80),
      ...query({ Name: 'n', Query: text }),
      path: queries,
      status: 400,
      message,
      ...(detail === undefined ? {} : { error: { details: [detail] } }),
    })

    test.each([
      { ...query({}), message: 'Null or missing value: Name, Query' },
      { ...query({ Name: 'n' }), message: 'Null or missing value: Query' },
      { ...query({ Name: '  ', Query: orders }), message: 'Null or missing value: Name' },
      { ...query({ Name: null, Query: null }), message: 'Null or missing value: Name, Query' },
      { ...query({ Name: 1, Query: orders }), message: 'Name must be text; it is 1' },
      { ...query({ Name: 'n', Query: [orders] }), message: 'Query must be text' },
      { ...query({ Name: 'n', Query: orders, Description: {} }), message: 'Description must be text' },
    ])('$body is 400 $message', async (bad) => {
      await expect({ ...bad, status: 400 }).toBeRefusedBy(server, token)
    })

    test.each([
      wrong('SELECT AssetId FROM ISVOrdr', 'Invalid table name: there is no dataset ISVOrdr, at line 1, column 21', {
        code: 'unknown_dataset',
        nearestName: 'ISVOrder',
        hint: 'Did you mean ISVOrder?',
        line: 1,
        column: 21,
        length: 7,
      }),
      wrong(
        'SELECT AssetId,\n  Quantty FROM ISVOrder',
        'Incorrect column name: ISVOrder has no column or metric Quantty, at line 2, column 3',
        { code: 'unknown_column', nearestName: 'Quantity', line: 2, column: 3, length: 7, excerpt: expect.any(String) },
      ),
      wrong("SELECT AssetId FROM ISVOrder WHERE Nope = '1'", 'Incorrect column name: ISVOrder has no column or metric'),
      wrong('SELECT AssetId FROM ISVOrder ORDER BY Nope', 'Incorrect column name: '),
      wrong(`${orders} LIMIT 0`, 'Invalid query: LIMIT needs a whole number from 1 on, not 0, at line 1, column 36', {
        line: 1,
        column: 36,
      }),
      wrong(`${orders} LIMIT -1`, 'Invalid query: '),
      wrong(`${orders} LIMIT 1.5`, 'Invalid query: '),
      wrong(`${orders} LIMIT many`, 'Invalid query: '),
      wrong('SELECT FROM ISVOrder', 'Invalid query: expected '),
      wrong('SELECT AssetId\nFORM ISVOrder', 'Invalid query: expected ', { line: 2, column: 1, code: 'syntax' }),
      wrong('SELECT AssetId, FROM ISVOrder', 'Invalid query: expected '),
      wrong(`${orders};;`, 'Invalid query: '),
      wrong(`${orders}; DROP TABLE queries`, 'Invalid query: '),
      wrong('DELETE FROM ISVOrder', 'Invalid query: expected '),
      wrong("SELECT AssetId FROM ISVOrder WHERE AssetId = 'open", 'Invalid query: '),
      wrong('SELECT AssetId FROM ISVOrder WHERE AssetId = "double"', 'Invalid query: '),
      wrong('SELECT count(*) FROM ISVOrder', 'Invalid query: '),
      wrong('SELECT SUM(Quantity) FROM ISVOrder', 'Incorrect column name: '),
      wrong("SELECT read_text('/etc/passwd') FROM ISVOrder", 'Invalid query: expected '),
      wrong('SELECT AssetId FROM ISVOrder\u0000', 'Invalid query: '),
      wrong(`${usage} TIMESPAN LAST_2_MONTHS`, 'Invalid query: ISVUsage does not offer the TIMESPAN LAST_2_MONTHS', {
        hint: expect.stringMatching(/LAST_/),
      }),
      wrong(`${usage} WHERE UsageDate = 'yesterday'`, "Invalid query: 'yesterday' is not a date, as UsageDate needs"),
      wrong(`${usage} WHERE UsageDate LIKE '2026%'`, 'Invalid query: LIKE does not work on UsageDate'),
      wrong(`${usage} WHERE RawUsage > 1`, 'Invalid query: RawUsage is a metric, and WHERE'),
      wrong('SELECT DISTINCT OfferName FROM ISVUsage ORDER BY UsageDate', 'Invalid query: ORDER BY UsageDate needs'),
      wrong(`${orders} WHERE AssetId IN (${"'a',".repeat(1_000)}'a')`, 'Invalid query: the list has 1001 values'),
      wrong(`SELECT ${'AssetId,'.repeat(500)}AssetId FROM ISVOrder`, 'Invalid query: 501 names are selected'),
      wrong(`${orders} WHERE ${'('.repeat(65)}AssetId = 'a'${')'.repeat(65)}`, 'Invalid query: conditions are nested'),
      wrong(`${orders} WHERE AssetId = '${'x'.repeat(16_384)}'`, 'Invalid query: the query has '),
    ])('$shown is 400 $message', async (bad) => {
      await expect(bad).toBeRefusedBy(server, token)
      // A test of the text says the same.
      const path = `${tested}?exportQuery=${encodeURIComponent(bad.text)}`
      const { body: _, ...asTest } = bad
      await expect({ ...asTest, path }).toBeRefusedBy(server, token)
    })

    test.each([
      { path: tested, message: 'Null or missing value: exportQuery' },
      { path: `${tested}?exportQuery=`, message: 'Null or missing value: exportQuery' },
      { path: `${tested}?queryId=none`, message: 'Invalid QueryId. There is no query "none".' },
      { path: `${tested}?queryId=none&exportQuery=${orders}`, message: 'exportQuery and queryId exclude each other' },
      {
        path: `${tested}?exportQuery=${orders}&startTime=yesterday`,
        message: 'startTime should follow format: yyyy-MM-ddTHH:mm:ssZ',
      },
      {
        path: `${tested}?exportQuery=${orders}&startTime=2026-02-01T00:00:00Z&endTime=2026-01-01T00:00:00Z`,
        message: 'endTime should be greater than startTime',
      },
    ])('a test of it: $path is 400 $message', async (bad) => {
      await expect({ ...bad, status: 400 }).toBeRefusedBy(server, token)
    })
  })

  describe('a report', () => {
    const invalid = 'Invalid report parameters for creation - '
    const good = (): Record<string, unknown> => ({
      ReportName: 'r',
      QueryId: queryId,
      StartTime: '2099-01-01T00:00:00Z',
      RecurrenceInterval: 24,
      RecurrenceCount: 2,
    })
    const now = { StartTime: null, RecurrenceInterval: null, RecurrenceCount: null, ExecuteNow: true }

    test.each<{ change: object; message: string; v1?: string }>([
      { change: { ReportName: null }, message: 'Null or missing value: ReportName' },
      { change: { ReportName: ' ' }, message: 'Null or missing value: ReportName' },
      { change: { QueryId: null, ReportName: null }, message: 'Null or missing value: ReportName, QueryId' },
      {
        change: { StartTime: null, RecurrenceInterval: null },
        message: 'Null or missing value: StartTime, Recurrence',
      },
      { change: { ReportName: 5 }, message: 'ReportName must be text' },
      { change: { ReportName: 'a;b' }, message: `${invalid}Invalid character (;) in ReportName` },
      { change: { ReportName: 'a\u000Db' }, message: `${invalid}Invalid character (U+000D) in ReportName` },
      {
        change: { ReportName: 'x'.repeat(257) },
        message: `${invalid}Limit ReportName and Description length to 256 characters or less`,
      },
      {
        change: { Description: 'x'.repeat(257) },
        message: `${invalid}Limit ReportName and Description length to 256 characters or less`,
      },
      { change: { QueryId: randomUUID() }, message: 'Invalid QueryId' },
      { change: { QueryId: 'x'.repeat(5_000) }, message: 'Invalid QueryId' },
      { change: { QueryId: 7 }, message: 'QueryId must be text' },
      { change: { Format: 'xml' }, message: `${invalid}Report format should be csv/tsv` },
      { change: { Format: 1 }, message: `${invalid}Report format should be csv/tsv` },
      { change: { CallbackMethod: 'PUT' }, message: `${invalid}CallbackMethod can only be GET or POST` },
      { change: { CallbackUrl: 'string' }, message: "Requested value 'string' not found" },
      { change: { CallbackUrl: '/ready' }, message: `${invalid}CallbackUrl should be an absolute http or https URL` },
      { change: { CallbackUrl: 'ftp://partner.example/x' }, message: `${invalid}CallbackUrl should be an absolute` },
      { change: { CallbackUrl: 'https://u:p@partner.example' }, message: `${invalid}CallbackUrl should not contain` },
      { change: { ExecuteNow: 'perhaps' }, message: 'ExecuteNow must be true or false' },
      { change: { StartTime: 'tomorrow' }, message: `${invalid}StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ` },
      {
        change: { StartTime: '2099-01-01' },
        message: `${invalid}StartTime should follow format: yyyy-MM-ddTHH:mm:ssZ`,
      },
      { change: { StartTime: '2099-02-30T00:00:00Z' }, message: `${invalid}StartTime should follow format` },
      { change: { StartTime: 4_102_444_800 }, message: `${invalid}StartTime should follow format` },
      {
        change: { RecurrenceInterval: 0 },
        message: 'Recurrence Interval must be between 1 and 17520',
        v1: 'Recurrence Interval must be between 4 and 90',
      },
      {
        change: { RecurrenceInterval: 17_521 },
        message: 'Recurrence Interval must be between 1 and 17520',
        v1: 'Recurrence Interval must be between 4 and 90',
      },
      { change: { RecurrenceInterval: -4 }, message: 'Recurrence Interval must be between ' },
      {
        change: { RecurrenceInterval: 1.5 },
        message: `${invalid}RecurrenceInterval has to be a whole number of hours`,
      },
      { change: { RecurrenceInterval: 'daily' }, message: `${invalid}RecurrenceInterval has to be a whole number` },
      { change: { RecurrenceCount: 0 }, message: `${invalid}Recurrence count has to be a positive integer value` },
      { change: { RecurrenceCount: -1 }, message: `${invalid}Recurrence count has to be a positive integer value` },
      { change: { RecurrenceCount: 1.5 }, message: `${invalid}Recurrence count has to be a positive integer value` },
      { change: { RecurrenceCount: 'ten' }, message: `${invalid}Recurrence count has to be a positive integer value` },
      { change: { RecurrenceCount: 1e300 }, message: `${invalid}Recurrence` },
      { change: { RecurrenceCount: 7_301 }, message: `${invalid}RecurrenceInterval x RecurrenceCount may be at most` },
      { change: { QueryStartTime: '2026-01-01T00:00:00Z' }, message: `${invalid}QueryStartTime and QueryEndTime are` },
      {
        change: { ...now, QueryStartTime: 'long ago' },
        message: `${invalid}QueryStartTime should follow format: yyyy-MM-ddTHH:mm:ssZ`,
      },
      {
        change: { ...now, QueryStartTime: '2026-02-01T00:00:00Z', QueryEndTime: '2026-01-01T00:00:00Z' },
        message: `${invalid}QueryEndTime should be greater than QueryStartTime`,
      },
      { change: { ...now, Format: 'pdf' }, message: `${invalid}Report format should be csv/tsv` },
    ])('$change is 400 $message', async ({ change, message, v1 = message }) => {
      const body = { ...good(), ...change }
      await expect({ path: reports, body, status: 400, message }).toBeRefusedBy(server, token)
      await expect({ path: reports.replace('v1.1', 'v1'), body, status: 400, message: v1 }).toBeRefusedBy(server, token)
    })

    test.each([
      { change: { RecurrenceCount: null }, message: 'Null or missing value: RecurrenceCount or EndTime' },
      { change: { EndTime: 'later' }, message: `${invalid}EndTime should follow format: yyyy-MM-ddTHH:mm:ssZ` },
      {
        change: { EndTime: '2099-01-01T00:00:00Z' },
        message: `${invalid}EndTime should be greater than StartTime`,
      },
      {
        change: { EndTime: '2098-01-01T00:00:00Z' },
        message: `${invalid}EndTime should be greater than StartTime`,
      },
      {
        change: { StartTime: '2024-01-01T00:00:00Z', EndTime: '2025-01-01T00:00:00Z' },
        message: `${invalid}EndTime 2025-01-01T00:00:00Z is in the past`,
      },
    ])('of v1.1: $change is 400 $message', async ({ change, message }) => {
      await expect({ path: reports, body: { ...good(), ...change }, status: 400, message }).toBeRefusedBy(server, token)
    })

    test('v1 knows intervals from 4 to 90 hours', async () => {
      for (const RecurrenceInterval of [3, 91]) {
        const message = 'Recurrence Interval must be between 4 and 90'
        const body = { ...good(), RecurrenceInterval }
        await expect({ path: reports.replace('v1.1', 'v1'), body, status: 400, message }).toBeRefusedBy(server, token)
      }
    })

    test('a key twice with different values is no report', async () => {
      const body = JSON.stringify(good()).replace('{', '{"recurrenceCount": 9,')
      await expect({
        path: reports,
        body,
        status: 400,
        message: 'The key "RecurrenceCount" was sent before',
      }).toBeRefusedBy(server, token)
    })
  })

  describe('a link', () => {
    const notValid = 'The link is not valid'
    test.each<readonly [string, (link: URL) => unknown, number, string]>([
      ['without its parts', (link) => (link.search = ''), 403, notValid],
      ['with another end', (link) => link.searchParams.set('expires', '4102444800'), 403, notValid],
      ['with an end that is no number', (link) => link.searchParams.set('expires', 'never'), 403, notValid],
      ['that has expired by its own word', (link) => link.searchParams.set('expires', '1'), 403, notValid],
      ['with another key', (link) => link.searchParams.set('key', 'none'), 403, notValid],
      ['with another signature', (link) => link.searchParams.set('signature', 'A'.repeat(43)), 403, notValid],
      ['with an empty signature', (link) => link.searchParams.set('signature', ''), 403, notValid],
      ['to another file', (link) => (link.pathname = `/download/${randomUUID()}/x.csv`), 403, notValid],
      ['with a part sent twice', (link) => link.searchParams.append('expires', '4102444800'), 400, 'expires was sent'],
      ['with a path for a name', (link) => (link.pathname = '/download/..%2f..%2falmanac.db/x'), 403, notValid],
    ])('%s', async (_name, change, status, message) => {
      const link = new URL(execution.reportAccessSecureLink)
      change(link)
      await expect({ path: link.pathname + link.search, status, message }).toBeRefusedBy(server, '')
    })
  })

  test('after all of that, everything is as it was', async () => {
    expect([await everythingOf(server, 0), await everythingOf(server, 1)]).toEqual(before)
  })
})

describe('a server with small quotas', () => {
  test('says which one is exceeded, with its number, and stores nothing beyond it', async () => {
    const limits = ['limits.queriesPerClient=2', 'limits.activeReportsPerClient=2', 'limits.executeNowPerHour=1']
    const options = limits.flatMap((limit) => ['--set', limit])
    const server = await startDemoProcess(join(folder, 'quotas'), ['--rows', '1000', ...options])
    const token = await requestToken(server)
    const queryId = await saveQuery(server, token, 'one', orders)
    await saveQuery(server, token, 'two', orders)
    await expect({
      path: `${base}/ScheduledQueries`,
      body: { Name: 'three', Query: orders },
      status: 400,
      message: 'Number of queries exceeded. Delete few queries before creating new queries',
    }).toBeRefusedBy(server, token)

    const now = { ReportName: 'now', QueryId: queryId, ExecuteNow: true }
    await completed(server, token, await createReport(server, token, 'now', queryId))
    await expect({
      path: `${base}/ScheduledReport`,
      body: now,
      status: 400,
      message: 'User has exceeded its ExecuteNow report creation quota of 1 reports/60 mins',
    }).toBeRefusedBy(server, token)
    const schedule = { StartTime: '2099-01-01T00:00:00Z', RecurrenceInterval: 24, RecurrenceCount: 2 }
    await createReport(server, token, 'one', queryId, schedule)
    await createReport(server, token, 'two', queryId, schedule)
    for (const path of [`${base}/ScheduledReport`, '/insights/v1/cmp/ScheduledReport']) {
      await expect({
        path,
        body: { ReportName: 'three', QueryId: queryId, ...schedule },
        status: 400,
        message: 'User has exceeded its report creation quota of 2 active reports',
      }).toBeRefusedBy(server, token)
    }

    // Ten at once get in no more than one after the other.
    const others = await requestToken(server, 1)
    const body = JSON.stringify({ Name: 'at once', Query: orders })
    const rush = await Promise.all(
      Array.from({ length: 10 }, () => call(server, others, 'POST', `${base}/ScheduledQueries`, body)),
    )
    expect(rush.filter(({ status }) => status === 200)).toHaveLength(2)
    expect(rush.filter(({ status }) => status === 400)).toHaveLength(8)

    const listed = async (path: string): Promise<readonly unknown[]> =>
      (await call(server, token, 'GET', `${base}${path}`)).body.value
    expect(await listed('/ScheduledQueries?includeSystemQueries=false')).toHaveLength(2)
    expect(await listed('/ScheduledReport')).toHaveLength(3)
    // Deleting makes room.
    expect((await call(server, token, 'DELETE', `${base}/ScheduledQueries/${queryId}`)).status).toBe(200)
    await saveQuery(server, token, 'three', orders)
    expect(await server.stop('SIGTERM')).toBe(0)
  })
})

describe('a server of profile partner-center', () => {
  let server: DemoProcess
  let token: string
  let queryId: string

  beforeAll(async () => {
    server = await startDemoProcess(join(folder, 'emulator'), ['--rows', '1000', '--profile', 'partner-center'])
    token = await requestToken(server)
    queryId = await saveQuery(server, token, 'documented', `${orders} WHERE OrderStatus = 'Active' AND AssetId != 'x'`)
  })
  afterAll(() => server.stop('SIGTERM'))

  test.each([
    ['OR', `${orders} WHERE AssetId = 'a' OR AssetId = 'b'`],
    ['NOT', `${orders} WHERE NOT AssetId = 'a'`],
    ['parentheses', `${orders} WHERE (AssetId = 'a')`],
    ['IS NULL', `${orders} WHERE AssetId IS NULL`],
    ['BETWEEN', `${orders} WHERE Quantity BETWEEN 1 AND 2`],
    ['SELECT *', 'SELECT * FROM ISVOrder'],
    ['TIMESPAN BETWEEN', `${orders} TIMESPAN BETWEEN '2026-01-01' AND '2026-02-01'`],
  ])('refuses the extension %s by its name', async (name, text) => {
    const bad = {
      status: 400,
      message: `Invalid query: the documented grammar has no ${name}, and this server takes no extensions of it`,
      error: { code: 'invalid_query', details: [{ code: 'extension', line: 1, column: expect.any(Number) }] },
    }
    await expect({ ...bad, path: `${base}/ScheduledQueries`, body: { Name: 'n', Query: text } }).toBeRefusedBy(
      server,
      token,
    )
    const path = `${base}/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(text)}`
    await expect({ ...bad, path }).toBeRefusedBy(server, token)
  })

  test('wants four hours before StartTime', async () => {
    const almostFourHoursAhead = new Date(Date.now() + 3.9 * 3_600_000).toISOString()
    for (const StartTime of ['2024-01-06T19:00:00Z', almostFourHoursAhead]) {
      await expect({
        path: `${base}/ScheduledReport`,
        body: { ReportName: 'soon', QueryId: queryId, StartTime, RecurrenceInterval: 24, RecurrenceCount: 2 },
        status: 400,
        message:
          'Invalid report parameters for creation - Start time of report should at least be 4 hours from current UTC time',
      }).toBeRefusedBy(server, token)
    }
  })

  test('sends files compressed, also to who says that it can’t take it', async () => {
    const execution = await completed(server, token, await createReport(server, token, 'now', queryId))
    const manifest = (await (
      await fetch(`${execution.reportLocation}/manifest`, { headers: { Authorization: `Bearer ${token}` } })
    ).json()) as { sha256: string; sizeBytes: number }
    for (const encoding of [undefined, 'identity', 'gzip']) {
      const { headers, bytes } = await rawDownload(execution.reportAccessSecureLink, encoding)
      expect(headers['content-encoding']).toBe('gzip')
      const file = gunzipSync(bytes)
      expect(file.byteLength).toBe(manifest.sizeBytes)
      expect(createHash('sha256').update(file).digest('hex')).toBe(manifest.sha256)
    }
  })

  test('has the documented quotas', async () => {
    const path = `${base}/ScheduledReport`
    const schedule = { StartTime: '2099-01-01T00:00:00Z', RecurrenceInterval: 24, RecurrenceCount: 2 }
    const asOther = await requestToken(server, 1)
    const othersQueryId = await saveQuery(server, asOther, 'documented', orders)
    for (let k = 0; k < 5; k++) {
      await completed(server, asOther, await createReport(server, asOther, `now ${k}`, othersQueryId))
    }
    const refused = { path, status: 400 }
    await expect({
      ...refused,
      body: { ReportName: 'now 6', QueryId: othersQueryId, ExecuteNow: true },
      message: 'User has exceeded its ExecuteNow report creation quota of 5 reports/60 mins',
    }).toBeRefusedBy(server, asOther)
    for (let k = 0; k < 50; k++) await createReport(server, asOther, `report ${k}`, othersQueryId, schedule)
    await expect({
      ...refused,
      body: { ReportName: 'report 51', QueryId: othersQueryId, ...schedule },
      message: 'User has exceeded its report creation quota of 50 active reports',
    }).toBeRefusedBy(server, asOther)
    for (let k = 1; k < 100; k++) await saveQuery(server, asOther, `query ${k}`, orders)
    await expect({
      path: `${base}/ScheduledQueries`,
      body: { Name: 'query 101', Query: orders },
      status: 400,
      message: 'Number of queries exceeded. Delete few queries before creating new queries',
    }).toBeRefusedBy(server, asOther)
  })
})

/** A download as the bytes that came, which `fetch` would unpack. */
async function rawDownload(link: string, encoding: string | undefined) {
  const sent = request(link, { headers: encoding === undefined ? {} : { 'Accept-Encoding': encoding } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
  return { headers: response.headers, bytes: Buffer.concat(chunks) }
}
