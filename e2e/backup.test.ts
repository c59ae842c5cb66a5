import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeFolder } from './testing/almanac-process.ts'
import { call, pollExecutions, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { followPage } from './testing/follow-page.ts'

let folder: string
let environment: Readonly<Record<string, string>>
const servers: DemoProcess[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-backup-'))
  environment = {
    DATA: join(folder, 'data'),
    BACKUP: join(folder, 'backup'),
    RESTORED: join(folder, 'restored'),
    PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
  }
  await mkdir(join(folder, 'backup'))
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop('SIGKILL')))
  await removeFolder(folder)
})

const follow = (mark: string) => followPage('docs/operations/backup.md', mark, environment)

async function start(dataFolder: string): Promise<DemoProcess> {
  const server = await startDemoProcess(dataFolder, ['--rows', '2000'])
  servers.push(server)
  return server
}

const api = '/insights/v1.1/cmp'
const post = (server: DemoProcess, token: string, path: string, body: object) =>
  call(server, token, 'POST', `${api}/${path}`, JSON.stringify(body))

test('a backup of a server that runs, restored by the page’s steps, has the same ids and files, and its links work', async () => {
  const original = await start(join(folder, 'data'))
  const token = await requestToken(original)
  const query = 'SELECT UsageDate, OfferName, SKU FROM ISVUsage TIMESPAN LAST_3_YEARS'
  const saved = await post(original, token, 'ScheduledQueries', { Name: 'usage', Query: query })
  const queryId = saved.body.value[0]?.['queryId']
  const order = (name: string) =>
    post(original, token, 'ScheduledReport', { ReportName: name, QueryId: queryId, ExecuteNow: true, Format: 'csv' })
  const made = await order('before the backup')
  const executions = `${api}/ScheduledReport/execution/${String(made.body.value[0]?.['reportId'])}`
  const before = await pollExecutions(
    original,
    token,
    executions,
    ({ body }) => body.value[0]?.['executionStatus'] === 'Completed',
  )
  const link = new URL(String(before.body.value[0]?.['reportAccessSecureLink']))
  const file = await (await fetch(link)).text()

  // It goes on being used while the copy is made, and after.
  const [, during] = await Promise.all([follow('backup'), order('meanwhile')])
  expect(during.body.message).toBe('Report created successfully')
  expect((await order('after the backup')).body.message).toBe('Report created successfully')
  await original.stop('SIGKILL')

  await follow('restore')
  const restored = await start(join(folder, 'restored'))
  expect(restored.tenantId).toBe(original.tenantId)
  // The clients of before, by their secrets of before. (A demo makes itself new ones where it finds no list of them.)
  const known = { ...restored, clients: original.clients }
  const newToken = await requestToken(known)
  const reports = await call(restored, newToken, 'GET', `${api}/ScheduledReport`)
  const names = reports.body.value.map((report) => report['reportName'])
  expect(names).toContain('before the backup')
  expect(names).not.toContain('after the backup')
  const after = await call(restored, newToken, 'GET', executions)
  for (const field of ['executionId', 'reportId', 'executionStatus', 'dataVersion'])
    expect([field, after.body.value[0]?.[field]]).toEqual([field, before.body.value[0]?.[field]])
  // The link of before: the keys came along. (A token of before names the address that it was asked for at, which is new here.)
  const again = await fetch(`${restored.url}${link.pathname}${link.search}`)
  expect([again.status, await again.text()]).toEqual([200, file])
})
