import { createClient, type AlmanacClient } from '@almanac/client'
import { readSettings, startServer, type RunningServer } from '@almanac/server'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAccount } from '../packages/server/src/access/create-account.ts'
import { createClient as registerClient } from '../packages/server/src/access/create-client.ts'
import { startTrino } from '../packages/server/src/engines/trino/testing/start-trino.ts'
import type { TestTrino } from '../packages/server/src/engines/trino/testing/start-trino.ts'
import { rowsOfTrino } from '../packages/server/src/engines/trino/testing/trino-world.ts'
import { serverItself } from '../packages/server/src/kernel/audit-entry.ts'
import { systemClock } from '../packages/server/src/kernel/clock.ts'
import { randomId } from '../packages/server/src/kernel/ids.ts'

// A server whose catalog has datasets of both engines, and clients that can't tell which is which.

const folder = mkdtempSync(join(tmpdir(), 'almanac-e2e-trino-'))
let trino: TestTrino
let server: RunningServer
let client: AlmanacClient
let log = ''

const rows: readonly (readonly [
  id: string,
  account: string,
  day: string,
  amount: string,
  weight: string,
  gift: string,
])[] = [
  ['s-1', 'contoso', '2026-01-31', '1.50', '0.1', 'true'],
  ['s-2', 'contoso', '2026-02-28', '1234567.25', '1e-7', 'false'],
  ['say "hi", #3', 'contoso', '2026-03-01', '-0.01', '1e17', 'true'],
  ['s-4', 'fabrikam', '2026-03-01', '666', '6', 'true'],
  ['=s-5', 'contoso', '2026-03-02', '0', '2.5', 'false'],
]

const datasetFile = (name: string, source: string): string =>
  [
    `name: ${name}`,
    `title: ${name}`,
    'description: What was sold.',
    `source: ${source}`,
    'minimumRecurrenceIntervalHours: 24',
    'accountColumn: AccountId',
    'dateColumn: SoldOn',
    'dateRanges: [LAST_6_MONTHS, LIFETIME]',
    'columns:',
    '  - { name: SaleId, type: string }',
    '  - { name: AccountId, type: string, hidden: true }',
    '  - { name: SoldOn, type: date }',
    '  - { name: Amount, type: decimal }',
    '  - { name: Weight, type: decimal }',
    "  - { name: IsGift, type: boolean, booleanForms: ['No', 'Yes'] }",
    'metrics:',
    '  - { name: Total, aggregate: sum(Amount) }',
    '  - { name: Mean, aggregate: avg(Weight) }',
    '',
  ].join('\n')

const linesFile = [
  'name: Lines',
  'title: Lines',
  'description: Lines of orders, which belong to everyone.',
  'source: { format: trino, catalog: tpch, schema: sf100, table: lineitem }',
  'minimumRecurrenceIntervalHours: 24',
  'columns:',
  '  - { name: comment, type: string }',
  '',
].join('\n')

beforeAll(async () => {
  trino = await startTrino()
  const files = {
    'catalog/shop/Here.yaml': datasetFile('Here', '{ format: parquet, pattern: here.parquet }'),
    'catalog/shop/There.yaml': datasetFile(
      'There',
      '{ format: trino, catalog: memory, schema: default, table: there }',
    ),
    'catalog/shop/Lines.yaml': linesFile,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const tuples = rows.map(
    ([id, account, day, amount, weight, gift]) =>
      `('${id}', '${account}', DATE '${day}', ${amount}, CAST('${weight}' AS DOUBLE), ${gift})`,
  )
  const { runSql } = await import('../packages/server/src/engines/duckdb/testing/small-dataset.ts')
  mkdirSync(join(folder, 'datasets'))
  const columns =
    '(SaleId VARCHAR, AccountId VARCHAR, SoldOn DATE, Amount DECIMAL(12, 2), Weight DOUBLE, IsGift BOOLEAN)'
  const path = join(folder, 'datasets/here.parquet')
  await runSql(
    `CREATE TABLE here ${columns}; INSERT INTO here VALUES ${tuples.join(', ')}; COPY here TO '${path}' (FORMAT parquet)`,
  )
  await rowsOfTrino(trino.connection, 'DROP TABLE IF EXISTS memory.default.there')
  await rowsOfTrino(trino.connection, `CREATE TABLE memory.default.there ${columns}`)
  await rowsOfTrino(trino.connection, `INSERT INTO memory.default.there VALUES ${tuples.join(', ')}`)

  const settings = readSettings({
    file: null,
    environment: { ALMANAC_TRINO_URL: trino.url },
    overrides: {
      dataFolder: join(folder, 'data'),
      datasetsFolder: join(folder, 'datasets'),
      catalogFolder: join(folder, 'catalog'),
      'listen.port': 0,
    },
    isTerminal: false,
  })
  server = await startServer(settings, pino({ level: 'info' }, { write: (line: string) => void (log += line) }))
  const deps = { clients: server.clients, clock: systemClock, newId: randomId }
  await createAccount(deps, serverItself, { id: 'contoso', name: 'Contoso' })
  const registered = await registerClient(deps, serverItself, {
    accountId: 'contoso',
    name: 'Contoso',
    roles: ['Reports.ReadWrite'],
  })
  client = createClient({
    baseUrl: `${server.url}/insights/v1.1/shop`,
    tokenUrl: `${server.url}/${server.tenantId}/oauth2/token`,
    clientId: registered.client.id,
    clientSecret: registered.secret,
  })
})

afterAll(async () => {
  await server?.close()
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

interface Made {
  readonly text: string
  readonly manifest: { readonly dataVersion: string | null; readonly rows: number; readonly sha256: string }
}

async function fileOf(query: string, format: 'csv' | 'tsv' = 'csv'): Promise<Made> {
  const { queryId } = (await client.queries.create({ name: 'q', query })).query
  const { report } = await client.reports.create({ reportName: 'r', queryId, executeNow: true, format })
  const execution = await client.waitForExecution(report.reportId)
  const headers = { authorization: `Bearer ${await client.accessToken()}` }
  const manifest = await fetch(`${execution.reportLocation}/manifest`, { headers })
  const file = await fetch(execution.reportAccessSecureLink ?? '')
  return { text: await file.text(), manifest: (await manifest.json()) as Made['manifest'] }
}

test.each([
  ['csv', 'SELECT SaleId, SoldOn, Amount, Weight, IsGift FROM Here ORDER BY SaleId ASC TIMESPAN LIFETIME'],
  ['tsv', 'SELECT SaleId, SoldOn, Amount, Weight, IsGift FROM Here ORDER BY SaleId ASC TIMESPAN LIFETIME'],
  ['csv', `SELECT IsGift, Total, Mean FROM Here WHERE SaleId != 'S-1' TIMESPAN LIFETIME`],
] as const)('the same rows make the same file, whichever engine has them (%s: %s)', async (format, query) => {
  const here = await fileOf(query, format)
  const there = await fileOf(query.replace('Here', 'There'), format)
  expect(there.text).toBe(here.text)
  expect(there.text.split('\n').length).toBeGreaterThan(3)
  expect(there.text).not.toContain('666')
  expect(there.manifest).toMatchObject({ rows: here.manifest.rows, sha256: here.manifest.sha256, dataVersion: null })
  expect(here.manifest.dataVersion).toMatch(/./)
})

test('a dataset of Trino is described with the rows of the account, and without a version', async () => {
  const headers = { authorization: `Bearer ${await client.accessToken()}` }
  const answer = await fetch(`${server.url}/insights/v1.1/shop/ScheduledDataset?expand=columns`, { headers })
  const { value } = (await answer.json()) as { value: { datasetName: string }[] }
  const there = value.find(({ datasetName }) => datasetName === 'There')
  expect(there).toMatchObject({ dataVersion: null, dataVersionTime: null, rowCount: 4 })
})

test('deleting a report ends its query in Trino', async () => {
  const { queryId } = (await client.queries.create({ name: 'q', query: 'SELECT comment FROM Lines' })).query
  const { report } = await client.reports.create({ reportName: 'endless', queryId, executeNow: true })
  const ours = async (): Promise<{ state: string } | undefined> => {
    const answer = await fetch(`${trino.url}/v1/query`, { headers: { 'x-trino-user': 'admin' } })
    const queries = (await answer.json()) as { state: string; query: string }[]
    return queries.find(({ query }) => query.includes('AS "comment"'))
  }
  while ((await ours())?.state !== 'RUNNING') await setTimeout(100)
  await client.reports.delete(report.reportId)
  await expect.poll(async () => (await ours())?.state, { timeout: 60_000 }).toBe('FAILED')
})

// The last: nothing of Trino is there after it.
test('without its Trino a dataset is unavailable, in words without SQL, and the others go on', async () => {
  if (trino.pid === 0) return
  await trino.stop()
  const answer = await client.queries
    .test({ query: 'SELECT SaleId FROM There TIMESPAN LIFETIME' })
    .catch((error: unknown) => error)
  expect(answer).toBeInstanceOf(Error)
  expect(String(answer)).not.toMatch(/memory\.default|SELECT|127\.0\.0\.1|stack/i)
  expect((await fileOf('SELECT SaleId FROM Here TIMESPAN LIFETIME')).manifest.rows).toBe(4)
})
