import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AlmanacError } from '@almanac/client'
import { CommanderError } from 'commander'
import { expect, onTestFinished, test, vi } from 'vitest'
import { operations } from '../../../api/src/index.ts'
import { envelopeOf, startAnswering, type Answer, type AnsweringServer } from '../../../client/test/answering-server.ts'
import { completedExecution } from '../../../client/test/service.ts'
import { runAlmanac, type RecordedOutput } from '../../test/recorded-context.ts'
import { UsageError } from '../usage-error.ts'

interface Service extends AnsweringServer {
  readonly almanac: (...words: readonly string[]) => Promise<RecordedOutput>
}

/** A service, and `almanac` set up for it by the environment. */
async function startService(answer: (path: string, url: string) => Answer): Promise<Service> {
  const server: AnsweringServer = await startAnswering(({ path }) =>
    path === '/tenant/oauth2/token'
      ? { json: { access_token: 'token-1', expires_in: '3599' } }
      : answer(path.replace('/insights/v1.1/cmp', ''), server.url),
  )
  vi.stubEnv('ALMANAC_URL', server.url)
  vi.stubEnv('ALMANAC_TENANT_ID', 'tenant')
  vi.stubEnv('ALMANAC_CLIENT_ID', 'id')
  vi.stubEnv('ALMANAC_CLIENT_SECRET', 'secret')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  return { ...server, almanac: runAlmanac }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const dataset = {
  datasetName: 'ISVUsage',
  selectableColumns: ['OfferName', 'UsageDate'],
  availableMetrics: ['NormalizedUsage'],
  availableDateRanges: ['LAST_MONTH', 'LAST_6_MONTHS'],
  minimumRecurrenceInterval: 1,
}

const described = {
  ...dataset,
  title: 'Usage',
  description: 'What customers used, by the hour',
  columns: [
    { name: 'OfferName', type: 'string', description: 'The offer', values: ['Basic', 'Pro'], booleanForms: null },
    { name: 'IsTrial', type: 'boolean', description: null, values: null, booleanForms: ['No', 'Yes'] },
  ],
  metrics: [{ name: 'NormalizedUsage', type: 'decimal', description: 'Hours times cores' }],
  dateColumn: 'UsageDate',
  defaultDateRange: 'LAST_6_MONTHS',
  dataVersion: '12-5d1f0c8a37b2',
  dataVersionTime: '2026-03-02T04:10:00Z',
  rowCount: 48_210,
}

test('datasets: all in a table, or one with all that is known of it; either as JSON', async () => {
  let answer: object = dataset
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([answer]) }))
  expect((await almanac('datasets')).lines.join('\n')).toBe(
    [
      'dataset   columns  metrics  TIMESPAN',
      '--------  -------  -------  ------------------------',
      'ISVUsage        2        1  LAST_MONTH LAST_6_MONTHS',
    ].join('\n'),
  )
  expect((await almanac('datasets', '--json')).jsons).toEqual([[dataset]])

  answer = described
  expect((await almanac('datasets', 'ISVUsage')).lines.join('\n')).toBe(
    [
      'ISVUsage: Usage',
      'What customers used, by the hour',
      'Rows:     48,210',
      'Data:     of 2026-03-02T04:10:00Z, version 12-5d1f0c8a37b2',
      'TIMESPAN: LAST_MONTH, LAST_6_MONTHS (default), on UsageDate',
      'Shortest interval: 1 h',
      '',
      'name             kind    type     values      description',
      '---------------  ------  -------  ----------  -----------------',
      'OfferName        column  string   Basic, Pro  The offer',
      'IsTrial          column  boolean  No, Yes',
      'NormalizedUsage  metric  decimal              Hours times cores',
    ].join('\n'),
  )
  expect(Object.fromEntries(asked.at(-1)!.query)).toEqual({ datasetName: 'ISVUsage', expand: 'columns' })
  expect((await almanac('datasets', 'ISVUsage', '--json')).jsons).toEqual([[described]])
})

test('a dataset without data or dates says so', async () => {
  const bare = { dateColumn: null, defaultDateRange: null, dataVersion: null, dataVersionTime: null, rowCount: null }
  const { almanac } = await startService(() => ({
    json: envelopeOf([{ ...described, ...bare, description: '', availableDateRanges: [] }]),
  }))
  expect((await almanac('datasets', 'ISVUsage')).lines.slice(0, 5)).toEqual([
    'ISVUsage: Usage',
    'Rows:     not counted',
    'Data:     none yet',
    'TIMESPAN: none',
    'Shortest interval: 1 h',
  ])
})

test('a dataset that does not exist is an error', async () => {
  const { almanac } = await startService(() => ({
    status: 404,
    json: envelopeOf([], { message: 'No item found with given filters', statusCode: 404 }),
  }))
  await expect(almanac('datasets', 'Nothing')).rejects.toThrow('There is no dataset Nothing.')
})

test('query test: rows in a table, notes beside it', async () => {
  const { almanac, asked } = await startService(() => ({
    json: envelopeOf([{ OfferName: 'Contoso', Quantity: 3 }], {
      details: [{ code: 'x', message: 'OR is an extension.' }],
    }),
  }))
  const { lines, notes } = await almanac(
    'query',
    'test',
    'SELECT OfferName FROM ISVUsage',
    '--start',
    '2026-01-01T00:00:00Z',
  )
  expect(lines.join('\n')).toBe('OfferName  Quantity\n---------  --------\nContoso           3')
  expect(notes).toEqual(['Note: OR is an extension.'])
  expect(Object.fromEntries(asked.at(-1)!.query)).toEqual({
    exportQuery: 'SELECT OfferName FROM ISVUsage',
    startTime: '2026-01-01T00:00:00Z',
  })
})

test('query test wants a text or an id, and not both', async () => {
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([]) }))
  await expect(almanac('query', 'test')).rejects.toThrow(UsageError)
  await expect(almanac('query', 'test', 'SELECT', '--id', 'q')).rejects.toThrow(UsageError)
  expect((await almanac('query', 'test', '--id', 'q')).lines).toEqual(['No rows.'])
  expect(asked.at(-1)?.query.get('queryId')).toBe('q')
})

test('query create prints the id alone, so that a script can keep it; list and delete', async () => {
  const query = { queryId: 'q-1', name: 'Usage', type: 'userDefined', query: 'SELECT A FROM B' }
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([query]) }))
  expect((await almanac('query', 'create', 'Usage', 'SELECT A FROM B', '--description', 'd')).lines).toEqual(['q-1'])
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ Name: 'Usage', Query: 'SELECT A FROM B', Description: 'd' })
  expect((await almanac('query', 'list', '--system', 'exclude', '--name', 'Usage')).lines.join('\n')).toContain('q-1')
  expect(asked.at(-1)?.query.get('includeSystemQueries')).toBe('false')
  expect((await almanac('query', 'delete', 'q-1')).lines).toEqual(['Deleted Usage.'])
  expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/insights/v1.1/cmp/ScheduledQueries/q-1' })
})

test('report create sends what was said and nothing else', async () => {
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([{ reportId: 'r-1' }]) }))
  expect((await almanac('report', 'create', 'Usage', '--query', 'q-1', '--now')).lines).toEqual(['r-1'])
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ ReportName: 'Usage', QueryId: 'q-1', ExecuteNow: true })
  const words = ['--start', '2026-03-02T19:00:00Z', '--every', '48', '--count', '20', '--format', 'tsv']
  await almanac('report', 'create', 'Usage', '--query', 'q-1', ...words, '--callback', 'https://x.example')
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({
    ReportName: 'Usage',
    QueryId: 'q-1',
    StartTime: '2026-03-02T19:00:00Z',
    RecurrenceInterval: 48,
    RecurrenceCount: 20,
    Format: 'tsv',
    CallbackUrl: 'https://x.example',
  })
  const more = ['--end', '2026-04-01T00:00:00Z', '--description', 'd', '--callback-method', 'GET']
  const ours = ['--callback-on', 'Ended', '--neutralize-formulas']
  const window = ['--query-start', '2026-01-01T00:00:00Z', '--query-end', '2026-02-01T00:00:00Z']
  await almanac('report', 'create', 'Usage', '--query', 'q-1', ...more, ...ours, ...window)
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({
    ReportName: 'Usage',
    QueryId: 'q-1',
    EndTime: '2026-04-01T00:00:00Z',
    Description: 'd',
    CallbackMethod: 'GET',
    CallbackOn: 'Ended',
    NeutralizeFormulas: true,
    QueryStartTime: '2026-01-01T00:00:00Z',
    QueryEndTime: '2026-02-01T00:00:00Z',
  })

  // All of these together are what the API takes.
  const bodies = asked.filter(({ method, body }) => method === 'POST' && body.startsWith('{'))
  const sent = new Set(bodies.flatMap(({ body }) => Object.keys(JSON.parse(body) as object)))
  expect([...sent].toSorted()).toEqual(Object.keys(operations.createReport.body.schema['v1.1'].properties).toSorted())
})

test('report update sends what was said, and null for what is to be cleared', async () => {
  const report = { reportId: 'r-1', reportName: 'Usage', reportStatus: 'Active', nextExecutionStartTime: null }
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([report]) }))
  await almanac('report', 'update', 'r-1', '--callback-on', 'Completed', '--no-neutralize-formulas')
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ CallbackOn: 'Completed', NeutralizeFormulas: false })
  await almanac('report', 'update', 'r-1', '--neutralize-formulas')
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ NeutralizeFormulas: true })
  const words = ['--name', 'Usage', '--every', '12', '--clear', 'callback', 'end']
  expect((await almanac('report', 'update', 'r-1', ...words)).lines).toEqual(['Usage: Active, no run waits'])
  expect(asked.at(-1)).toMatchObject({ method: 'PUT', path: '/insights/v1.1/cmp/ScheduledReport/r-1' })
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({
    ReportName: 'Usage',
    RecurrenceInterval: 12,
    CallbackUrl: null,
    EndTime: null,
  })
})

test('report pause, resume and delete name the report and tell how it stands', async () => {
  const report = { reportId: 'r/1', reportName: 'Usage', nextExecutionStartTime: '2026-03-02T19:00:00Z' }
  const { almanac, asked } = await startService((path) => ({
    json: envelopeOf([{ ...report, reportStatus: path.includes('/pause/') ? 'Paused' : 'Active' }]),
  }))
  expect((await almanac('report', 'pause', 'r/1')).lines).toEqual(['Usage: Paused, next run 2026-03-02T19:00:00Z'])
  expect((await almanac('report', 'resume', 'r/1')).lines).toEqual(['Usage: Active, next run 2026-03-02T19:00:00Z'])
  expect((await almanac('report', 'delete', 'r/1')).lines).toEqual(['Deleted Usage.'])
  expect(
    asked.filter(({ path }) => path.includes('ScheduledReport')).map(({ method, path }) => [method, path]),
  ).toEqual([
    ['PUT', '/insights/v1.1/cmp/ScheduledReport/pause/r%2F1'],
    ['PUT', '/insights/v1.1/cmp/ScheduledReport/resume/r%2F1'],
    ['DELETE', '/insights/v1.1/cmp/ScheduledReport/r%2F1'],
  ])
})

test('report history tells what happened, newest first, within the time asked for', async () => {
  const event = { time: '2026-03-02T19:00:07Z', event: 'failed', executionId: 'e-1', detail: 'It ran too long.' }
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([event]) }))
  const words = ['--from', '2026-03-02T00:00:00Z', '--until', '2026-03-03T00:00:00Z']
  const [, , row] = (await almanac('report', 'history', 'r-1', ...words)).lines.join('\n').split('\n')
  expect(row).toMatch(/^2026-03-02T19:00:07Z +failed +e-1 +It ran too long\.$/)
  expect(asked.at(-1)).toMatchObject({ method: 'GET', path: '/insights/v1.1/cmp/ScheduledReport/event/r-1' })
  expect([...(asked.at(-1)?.query ?? [])]).toEqual([
    ['startTime', '2026-03-02T00:00:00Z'],
    ['endTime', '2026-03-03T00:00:00Z'],
  ])
})

test('clock shows the time, and moves it to an instant or by a span', async () => {
  const reading = { time: '2026-03-04T19:00:00Z', machineTime: '2026-03-02T18:20:00Z', movable: true }
  const happening = { time: '2026-03-02T19:00:01Z', kind: 'execution_completed', reportId: 'r-1', detail: '12 rows' }
  const { almanac, asked } = await startService(() => ({
    json: envelopeOf([{ ...reading, previousTime: '2026-03-02T18:20:00Z', counts: {}, happenings: [happening] }]),
  }))
  const lines = (await almanac('clock', '--by', '2d')).lines.join('\n')
  expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/admin/clock' })
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ MoveBySeconds: 172_800 })
  expect(lines).toContain('2026-03-04T19:00:00Z (moved from 2026-03-02T18:20:00Z); its machine says')
  expect(lines).toMatch(/^2026-03-02T19:00:01Z +execution_completed +r-1 +12 rows$/m)
  await almanac('clock', '--to', '2026-03-04T19:00:00Z')
  expect(JSON.parse(asked.at(-1)!.body)).toEqual({ MoveTo: '2026-03-04T19:00:00Z' })
  await almanac('clock')
  expect(asked.at(-1)).toMatchObject({ method: 'GET', path: '/admin/clock' })
})

test('callbacks list tells what came of them, and resend names where it goes', async () => {
  const callback = {
    callbackId: 'c-1',
    executionId: 'e-1',
    callbackUrl: 'https://x.example',
    callbackStatus: 'Waiting',
    nextAttemptTime: '2026-03-02T19:05:12Z',
    attempts: [{ responseStatus: 503, error: 'The receiver answered 503.' }],
  }
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([callback]) }))
  const [, , row] = (await almanac('callbacks', 'list', 'r-1', '--execution', 'e-1')).lines.join('\n').split('\n')
  expect(row).toMatch(/^c-1 +e-1 +Waiting +1 +The receiver answered 503\. +2026-03-02T19:05:12Z$/)
  expect(asked.at(-1)).toMatchObject({ method: 'GET', path: '/insights/v1.1/cmp/ScheduledReport/callback/r-1' })
  expect(asked.at(-1)?.query.get('executionId')).toBe('e-1')
  expect((await almanac('callbacks', 'resend', 'c-1')).lines).toEqual([
    'Callback c-1 will be sent to https://x.example.',
  ])
  expect(asked.at(-1)).toMatchObject({ method: 'POST', path: '/insights/v1.1/cmp/ScheduledReport/callback/c-1/send' })
})

test('report list tells how often and what is left', async () => {
  const report = { reportId: 'r-1', reportName: 'Usage', reportStatus: 'Active' }
  const { almanac } = await startService(() => ({
    json: envelopeOf([
      { ...report, recurrenceInterval: 48, recurrenceCount: 20, nextExecutionStartTime: '2026-03-02T19:00:00Z' },
      { ...report, recurrenceInterval: -1, recurrenceCount: 0 },
    ]),
  }))
  const [, , scheduled, once] = (await almanac('report', 'list')).lines.join('\n').split('\n')
  expect(scheduled).toMatch(/^r-1 +Usage +Active +every 48 h +20 +2026-03-02T19:00:00Z$/)
  expect(once).toMatch(/^r-1 +Usage +Active +once +0$/)
})

test('executions: several reports, filters, the reason of a failure', async () => {
  const failed = completedExecution(null, {
    executionStatus: 'Failed',
    failureReason: { code: 'timeout', message: 'It ran too long' },
  })
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([failed]) }))
  const { lines } = await almanac('executions', 'a', 'b', '--status', 'Failed', 'Completed', '--all')
  expect(lines.join('\n')).toMatch(/execution-1 +Failed +It ran too long/)
  expect(asked.at(-1)?.path).toBe('/insights/v1.1/cmp/ScheduledReport/execution/a;b')
  expect(Object.fromEntries(asked.at(-1)!.query)).toEqual({
    executionStatus: 'Failed;Completed',
    getLatestExecution: 'false',
  })
})

const file = Buffer.from('A,B\n1,2\n')

function startFileService(sha256 = createHash('sha256').update(file).digest('hex')): Promise<Service> {
  return startService((path, url) => {
    if (path.startsWith('/download/')) return { write: (response) => response.end(file) }
    if (path.endsWith('/manifest')) return { json: { reportName: 'Usage', sizeBytes: file.length, sha256 } }
    return { json: envelopeOf([completedExecution(`${url}/download/1/Usage.csv?signature=s`)]) }
  })
}

test('download saves the file, checked, and says where', async () => {
  const { almanac } = await startFileService()
  const folder = await makeFolder()
  const path = join(folder, 'new', 'usage.csv')
  const { lines, notes } = await almanac('download', 'report-1', '--out', path)
  expect(lines).toEqual([path])
  expect(notes).toEqual(['download 8 B, SHA-256 as in the manifest'])
  expect(await readFile(path)).toEqual(file)
  expect(await readdir(join(folder, 'new'))).toEqual(['usage.csv'])
})

test('a file that is not the one of the manifest is not saved, and an older one stays', async () => {
  const folder = await makeFolder()
  const path = join(folder, 'usage.csv')
  await (await startFileService()).almanac('download', 'report-1', '--out', path)
  const { almanac } = await startFileService('0'.repeat(64))
  await expect(almanac('download', 'report-1', '--out', path)).rejects.toMatchObject({ code: 'checksum_mismatch' })
  expect(await readdir(folder)).toEqual(['usage.csv'])
  expect(await readFile(path)).toEqual(file)
})

test('download --wait waits, --json tells what came', async () => {
  const { almanac, asked } = await startFileService()
  const path = join(await makeFolder(), 'usage.csv')
  const { jsons } = await almanac('download', 'report-1', '--wait', '--execution', 'execution-1', '-o', path, '--json')
  expect(jsons).toEqual([
    {
      file: path,
      sizeBytes: 8,
      sha256: createHash('sha256').update(file).digest('hex'),
      manifest: expect.objectContaining({ reportName: 'Usage' }),
    },
  ])
  expect(asked.find(({ path }) => path.includes('/execution/'))?.query.get('executionId')).toBe('execution-1')
})

test('download of a report that has not run says so', async () => {
  const { almanac } = await startService(() => ({ json: envelopeOf([]) }))
  await expect(almanac('download', 'report-1')).rejects.toThrow('There is no run of the report report-1 yet.')
})

test('flags win over the environment, and reach the real service by its token address', async () => {
  const { almanac, asked, url } = await startService(() => ({ json: envelopeOf([dataset]) }))
  vi.stubEnv('ALMANAC_URL', 'http://127.0.0.1:1')
  const flags = ['--url', `${url}/`, '--api-version', 'v1', '--program', 'mpn', '--client-id', 'flag']
  await almanac('datasets', ...flags, '--token-url', `${url}/tenant/oauth2/token`, '--resource', 'https://r.example')
  expect(asked.map(({ path }) => path)).toEqual(['/tenant/oauth2/token', '/insights/v1/mpn/ScheduledDataset'])
  expect(asked[0]?.body).toContain('client_id=flag')
  expect(asked[0]?.body).toContain(`resource=${encodeURIComponent('https://r.example')}`)
  await almanac('datasets', '--url', url, '--token', 'mine')
  expect(asked.at(-1)?.headers.authorization).toBe('Bearer mine')
})

test.each([
  ['ALMANAC_CLIENT_SECRET', 'Say who is asking'],
  ['ALMANAC_TENANT_ID', 'Say which tenant'],
])('without %s the command says what is missing', async (variable, sentence) => {
  const { almanac, asked } = await startService(() => ({ json: envelopeOf([]) }))
  vi.stubEnv(variable, undefined)
  await expect(almanac('datasets')).rejects.toThrow(sentence)
  expect(asked).toEqual([])
})

test('an address that is none is refused in words', async () => {
  await expect(runAlmanac('datasets', '--url', 'localhost:8080', '--token', 't')).rejects.toThrow(
    '--url takes an address such as https://reports.example.com, not "localhost:8080".',
  )
})

test.each([
  ['an unknown command', ['quer']],
  ['an unknown flag', ['datasets', '--colour']],
  ['a span without a unit', ['clock', '--by', '2']],
  ['both an instant and a span', ['clock', '--by', '2d', '--to', '2026-03-04T19:00:00Z']],
  ['an interval that is no number', ['report', 'create', 'x', '--query', 'q', '--every', 'daily']],
  ['a port that is none', ['serve', '--port', '65536']],
  ['a report without a query', ['report', 'create', 'x']],
  ['a format that is none', ['report', 'create', 'x', '--query', 'q', '--format', 'xlsx']],
])('%s is refused by name, before anything happens', async (_case, words) => {
  await expect(runAlmanac(...words)).rejects.toThrow(CommanderError)
})

test('a refusal of the service comes through as it is', async () => {
  const { almanac } = await startService(() => ({
    status: 400,
    json: envelopeOf([], { message: 'Invalid table name', statusCode: 400 }),
  }))
  await expect(almanac('query', 'create', 'x', 'SELECT A FROM B')).rejects.toThrow(AlmanacError)
})
