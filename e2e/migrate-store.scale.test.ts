import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import {
  lackingInName,
  postgresLacking,
  startPostgres,
  type TestPostgres,
} from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { call, requestToken } from './testing/call.ts'
import { removeFolder, root } from './testing/almanac-process.ts'
import { startDemoProcess, type DemoProcess } from './testing/demo-process.ts'
import { base, completed, createReport, download, saveQuery } from './testing/steps.ts'

describe.skipIf(postgresLacking !== null)(`almanac migrate-store${lackingInName}`, () => {
  let postgres: TestPostgres
  let folder: string
  beforeAll(async () => {
    postgres = await startPostgres()
    folder = await mkdtemp(join(tmpdir(), 'almanac-migrate-'))
  })
  afterAll(async () => {
    await postgres?.remove()
    await removeFolder(folder)
  })

  async function start(...options: readonly string[]): Promise<DemoProcess> {
    const server = await startDemoProcess(folder, ['--rows', '5000', ...options])
    onTestFinished(async () => void (await server.stop('SIGKILL')))
    return server
  }
  const almanac = (...words: readonly string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'packages/cli/bin/almanac.mjs'), ...words, '--data', folder])

  test('its clients go on as if nothing had been: credentials, queries, reports, what waits, files, the audit log', async () => {
    const url = await postgres.createDatabase()
    const before = await start()
    const token = await requestToken(before)
    const queryId = await saveQuery(before, token, 'moves', 'SELECT OfferName, AssetId FROM ISVOrder')
    const done = await createReport(before, token, 'done', queryId)
    const file = await download(await completed(before, token, done))
    const startTime = `${new Date(Date.now() + 20 * 3_600_000).toISOString().slice(0, 19)}Z`
    const schedule = { StartTime: startTime, RecurrenceInterval: 24, RecurrenceCount: 5 }
    await createReport(before, token, 'waits', queryId, schedule)
    const reports = await call(before, token, 'GET', `${base}/ScheduledReport`)

    await expect(almanac('migrate-store', '--to', url)).rejects.toMatchObject({
      stderr: expect.stringContaining('is in use: stop the server that runs on it') as string,
    })
    await before.stop('SIGTERM')
    const { stdout } = await almanac('migrate-store', '--to', url)
    expect(stdout).toMatch(/^reports +2$/m)
    expect(stdout).toMatch(/^executions +2$/m)
    await expect(almanac('migrate-store', '--to', url)).rejects.toMatchObject({ code: 1 })
    await expect(start()).rejects.toThrow('was moved to PostgreSQL')

    const after = await start('--set', `database.url=${url}`)
    const newToken = await requestToken(after)
    const moved = await call(after, newToken, 'GET', `${base}/ScheduledReport`)
    expect(moved.body.value).toEqual(reports.body.value)
    expect(await download(await completed(after, newToken, done))).toBe(file)
    const next = await createReport(after, newToken, 'next', queryId)
    expect(await download(await completed(after, newToken, next))).toBe(file)
    await after.stop('SIGTERM')
    const verdict = await promisify(execFile)(
      process.execPath,
      [join(root, 'packages/cli/bin/almanac.mjs'), 'audit', 'verify', '--json', '--data', folder],
      { env: { ...process.env, ALMANAC_DATABASE_URL: url } },
    )
    expect(JSON.parse(verdict.stdout)).toMatchObject({ faults: [] })
  })
})
