import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDiskBlobStore } from '../blobs/disk/create-disk-blob-store.ts'
import { createDataFolder } from '../datasets/data-folder.ts'
import { createProfileFolder } from '../datasets/profiles/profile-folder.ts'
import { createProfiledData, type ProfiledData, type ProfileFailure } from '../datasets/profiles/profiled-data.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import { smallCatalog, smallDataset } from '../datasets/testing/small-catalog.ts'
import { createDuckDbEngine } from '../engines/duckdb/create-duckdb-engine.ts'
import { runSql } from '../engines/duckdb/testing/small-dataset.ts'
import { randomId } from '../kernel/ids.ts'
import { toWireTime } from '../kernel/hours.ts'
import { openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// A profile has the texts of all accounts in it. Here one account's text is a canary, and another account tries to see it.

const canary = 'CaNaRy of Fabrikam'

const orders = smallDataset({ source: { kind: 'files', format: 'parquet', pattern: '*.parquet' } })

let folder: string
let engine: QueryEngine
let data: ProfiledData
let failures: ProfileFailure[]
let installation: TestApp
let contoso: TestClient
let fabrikam: TestClient

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-profile-isolation-'))
  await mkdir(join(folder, 'datasets'))
  await runSql(
    `COPY (SELECT * FROM (VALUES ('contoso', 'Ours', DATE '2026-05-01', 1), ('fabrikam', '${canary}', DATE '2026-05-01', 2))
       t("AccountId", "OrderId", "OrderDate", "Amount")) TO '${join(folder, 'datasets', 'orders.parquet')}' (FORMAT parquet)`,
  )
  const blobs = createDiskBlobStore(join(folder, 'artifacts'))
  engine = createDuckDbEngine({
    readFolders: [join(folder, 'datasets')],
    writeFolder: blobs.stagingFolder,
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
  failures = []
  data = createProfiledData({
    source: createDataFolder(join(folder, 'datasets')),
    engine,
    profiles: createProfileFolder({ folder: join(folder, 'profiles'), newId: randomId, keptProfiles: 10 }),
    smallestBytes: 1,
    timeLimitMs: 60_000,
    signal: new AbortController().signal,
    onFailure: (failure) => failures.push(failure),
  })
  installation = await openApp({ catalog: smallCatalog([orders]), engine, data, blobs })
  contoso = await installation.addClient('contoso', ['Reports.ReadWrite'])
  fabrikam = await installation.addClient('fabrikam', ['Reports.ReadWrite'])
  // The first query meets the data; from then on they come with their profile.
  await data.versionOf(orders)
  await data.idle()
})

afterAll(async () => {
  await installation.close()
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const base = '/insights/v1.1/cmp'
const previewOf = (client: TestClient, where: string) =>
  client.ask(
    'GET',
    `${base}/ScheduledQueries/testQueryResult?exportQuery=${encodeURIComponent(`SELECT OrderId FROM Orders WHERE ${where}`)}`,
  )

const guesses = [
  `OrderId = 'canary of fabrikam'`,
  `OrderId IN ('CANARY OF FABRIKAM')`,
  `OrderId IN ('canary of fabrikam', 'x')`,
  `OrderId LIKE 'canary%'`,
  `OrderId != 'ours'`,
  `NOT (OrderId = 'OURS')`,
  `OrderId > 'canary'`,
  `OrderId = 'canary of fabrikam' AND Wrong = 1`,
  `OrderIdd = 'canary'`,
]

test('whose text it is finds it in any case', async () => {
  const { relation } = await data.versionOf(orders)
  expect(relation).toMatchObject({ spellings: { OrderId: { kind: 'values', values: [canary, 'Ours'] } } })
  for (const where of guesses.slice(0, 3)) {
    expect((await previewOf(fabrikam, where)).json()).toMatchObject({ value: [{ OrderId: canary }] })
  }
})

test('nobody else sees it: not in rows, refusals, descriptions, files or manifests', async () => {
  const answers = [
    ...(await Promise.all(guesses.map((where) => previewOf(contoso, where)))),
    await contoso.ask('GET', `${base}/ScheduledDataset?expand=columns`),
  ]
  const query = await contoso.ask('POST', `${base}/ScheduledQueries`, {
    Name: 'guess',
    Query: `SELECT OrderId FROM Orders WHERE OrderId = 'canary of fabrikam' OR OrderId = 'ours' TIMESPAN LIFETIME`,
  })
  const { queryId } = query.json<{ value: { queryId: string }[] }>().value[0] ?? {}
  const report = await contoso.ask('POST', `${base}/ScheduledReport`, {
    ReportName: 'guess',
    QueryId: queryId,
    StartTime: toWireTime(installation.clock.now()),
    RecurrenceInterval: 24,
    RecurrenceCount: 1,
  })
  const { reportId } = report.json<{ value: { reportId: string }[] }>().value[0] ?? {}
  await installation.runDue()
  const executions = await contoso.ask('GET', `${base}/ScheduledReport/execution/${reportId}`)
  const [execution] = executions.json<{ value: { executionStatus: string; reportLocation: string }[] }>().value
  expect(execution?.executionStatus).toBe('Completed')
  const file = new URL(execution?.reportLocation ?? '').pathname
  const manifest = await contoso.ask('GET', `${file}/manifest`)
  const rows = await contoso.ask('GET', file)
  expect(rows.body).toBe('OrderId\nOurs\n')
  answers.push(query, report, executions, manifest, rows)

  for (const { body } of answers) expect(body).not.toContain(canary)
})

test('nothing of it is logged, and it stands in no file but its own', async () => {
  expect(installation.logged.length).toBeGreaterThan(0)
  expect(installation.logged.join('\n')).not.toContain(canary)
  expect(failures).toEqual([])
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const holders: string[] = []
  for (const file of files) {
    if (!file.isFile()) continue
    const path = join(file.parentPath, file.name)
    if ((await readFile(path)).includes(canary))
      holders.push(path.slice(folder.length + 1).replace(/[0-9a-f]{32}/, 'KEY'))
  }
  expect(holders.sort()).toEqual([join('datasets', 'orders.parquet'), join('profiles', 'KEY.json')])
})

test('the engine that runs queries can’t read profiles', async () => {
  const query = {
    dataset: 'Orders',
    dialect: 'duckdb' as const,
    sql: `SELECT content FROM read_text('${join(folder, 'profiles')}/*.json') LIMIT 1`,
    parameters: [],
    columns: [{ name: 'content', type: 'string' as const }],
    window: null,
  }
  await expect(
    engine.preview(query, { timeLimitMs: 60_000, signal: new AbortController().signal }),
  ).rejects.toMatchObject({ code: 'failed' })
})
