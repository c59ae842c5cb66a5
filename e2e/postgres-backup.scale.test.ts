import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  binaries,
  lackingInName,
  postgresLacking,
  startPostgres,
  type TestPostgres,
} from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { removeFolder } from './testing/almanac-process.ts'
import { call, requestToken } from './testing/call.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { followPage } from './testing/follow-page.ts'
import { base, completed, createReport, download, saveQuery } from './testing/steps.ts'

describe.skipIf(postgresLacking !== null)(`A backup with PostgreSQL${lackingInName}`, () => {
  let postgres: TestPostgres
  let folder: string
  beforeAll(async () => {
    postgres = await startPostgres()
    folder = await mkdtemp(join(tmpdir(), 'almanac-postgres-backup-'))
  })
  afterAll(async () => {
    await postgres?.remove()
    await removeFolder(folder)
  })

  async function start(dataFolder: string, database: string): Promise<DemoProcess> {
    const server = await startDemoProcess(dataFolder, ['--rows', '2000', '--set', `database.url=${database}`])
    onTestFinished(async () => void (await server.stop('SIGKILL')))
    return server
  }

  test('of a server that runs, restored by the page’s steps, has the same ids and files and nothing of later', async () => {
    const environment = {
      DATABASE: await postgres.createDatabase(),
      RESTORED_DATABASE: await postgres.createDatabase(),
      DATA: join(folder, 'data'),
      BACKUP: join(folder, 'backup'),
      RESTORED: join(folder, 'restored'),
      PATH: `${binaries()}:${process.env['PATH'] ?? ''}`,
    }
    await mkdir(environment.BACKUP)
    const original = await start(environment.DATA, environment.DATABASE)
    const token = await requestToken(original)
    const queryId = await saveQuery(original, token, 'usage', 'SELECT UsageDate, OfferName, SKU FROM ISVUsage')
    const reportId = await createReport(original, token, 'before the backup', queryId)
    const file = await download(await completed(original, token, reportId))
    const reports = await call(original, token, 'GET', `${base}/ScheduledReport?reportId=${reportId}`)

    // It goes on being used while the copy is made, and after.
    await Promise.all([
      followPage('docs/operations/backup.md', 'postgres-backup', environment),
      createReport(original, token, 'meanwhile', queryId),
    ])
    const later = await createReport(original, token, 'after the backup', queryId)
    await original.stop('SIGKILL')

    await followPage('docs/operations/backup.md', 'postgres-restore', environment)
    const restored = await start(environment.RESTORED, environment.RESTORED_DATABASE)
    expect(restored.tenantId).toBe(original.tenantId)
    // The clients of before, by their secrets of before. (A demo makes itself new ones where it finds no list of them.)
    const newToken = await requestToken({ ...restored, clients: original.clients })
    const found = await call(restored, newToken, 'GET', `${base}/ScheduledReport?reportId=${reportId}`)
    expect(found.body.value).toEqual(reports.body.value)
    expect(await download(await completed(restored, newToken, reportId))).toBe(file)
    expect((await call(restored, newToken, 'GET', `${base}/ScheduledReport?reportId=${later}`)).body.totalCount).toBe(0)
  })
})
