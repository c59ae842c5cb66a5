// What many accounts' files of one query cost, made of one scan and made one by one, on data in which the accounts lie
// mixed and on the same data sorted by account. Both by the engine as the server has it, to the same bytes.
//
//   npm run bench:one-scan                       5 million rows of usage of 200 accounts, 3 pairs
//   npm run bench:one-scan -- 1000000 50 1
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkQuery, compileQuery, compileTogether } from '@almanac/query'
import type { CheckedQuery, Relation } from '@almanac/query'
import { loadCatalog } from '@almanac/server'
import { DuckDBInstance } from '@duckdb/node-api'
import { createDataFolder } from '../packages/server/src/datasets/data-folder.ts'
import type { AccountTarget } from '../packages/server/src/datasets/query-engine.ts'
import { createDuckDbEngine } from '../packages/server/src/engines/duckdb/create-duckdb-engine.ts'
import { sampleFolder } from './testbed/bench-server.ts'
import { publish, shown, spread } from './testbed/figures.ts'

const usageRows = Number(process.argv[2] ?? 5_000_000)
const accountCount = Number(process.argv[3] ?? 200)
const pairs = Number(process.argv[4] ?? 3)
// As many as a worker takes together.
const mostTogether = 100

const queries = {
  'rows of a month':
    'SELECT UsageDate, OfferName, SKU, CustomerCompanyName, UsageReference, PriceCC FROM ISVUsage TIMESPAN LAST_MONTH',
  'all rows':
    'SELECT UsageDate, OfferName, SKU, CustomerCompanyName, UsageReference, PriceCC FROM ISVUsage TIMESPAN LAST_3_YEARS',
  'a few groups': 'SELECT OfferName, EstimatedExtendedChargePC FROM ISVUsage TIMESPAN LAST_3_YEARS',
}

const datasetsFolder = await sampleFolder(usageRows, accountCount)
const sample = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as { accounts: { id: string }[] }
const accounts = sample.accounts.map(({ id }) => id)
const catalog = await loadCatalog(join(import.meta.dirname, '../packages/server/catalog'))
const usage = catalog.findDataset('cmp', 'ISVUsage')
if (usage === undefined) throw new Error('The catalog has no ISVUsage')
const { relation: source } = await createDataFolder(datasetsFolder).versionOf(usage)

const work = await mkdtemp(join(tmpdir(), 'almanac-one-scan-'))
const out = join(work, 'out')
await mkdir(out)
const relations = {
  'accounts mixed': await reordered('mixed', 'hash(UsageReference)'),
  'sorted by account': await reordered('sorted', 'PublisherAccountId, UsageDate'),
}
const engine = createDuckDbEngine({
  readFolders: [work],
  writeFolder: out,
  tempFolder: join(work, 'temp'),
  memoryLimitMiB: 700,
  threads: 2,
  exportProcesses: 1,
  previewProcesses: 1,
  maximumTempGiB: 20,
})
const options = { timeLimitMs: 3_600_000, signal: new AbortController().signal }
const referenceAt = Date.now()

const lines: string[] = []
const figures: Record<string, unknown> = {}
for (const [order, relation] of Object.entries(relations)) {
  for (const [name, text] of Object.entries(queries)) {
    const query = checked(text)
    const together: number[] = []
    const alone: number[] = []
    // The first pair warms the page cache.
    for (let pair = 0; pair <= pairs; pair++) {
      const [first, second] = [await togetherMs(query, relation), await aloneMs(query, relation)]
      if (pair === 0) continue
      together.push(first)
      alone.push(second)
      console.log(
        `${order}, ${name}, pair ${pair}: together ${Math.round(first)} ms, one by one ${Math.round(second)} ms`,
      )
    }
    const ratio = spread(together.map((ms, index) => ms / (alone[index] ?? 1)))
    figures[`${order}, ${name}`] = { togetherMs: spread(together), oneByOneMs: spread(alone), ratio }
    lines.push(
      `${order}, ${name}: together ${shown(spread(together), 'ms')}, one by one ${shown(spread(alone), 'ms')}`,
      `    ratio, pair by pair: ${shown(ratio, '×')}`,
    )
  }
}
await engine.close()
await rm(work, { recursive: true })
await publish('one-scan', lines, { usageRows, accounts: accounts.length, queries: figures })

function checked(text: string): CheckedQuery {
  const result = checkQuery(text, { datasets: catalog.datasetsOf('cmp'), profile: 'open' })
  if (!result.ok) throw new Error(`The query is wrong: ${text}`)
  return result.query
}

async function togetherMs(query: CheckedQuery, relation: Relation): Promise<number> {
  const beganAt = performance.now()
  for (let first = 0; first < accounts.length; first += mostTogether) {
    const accountIds = accounts.slice(first, first + mostTogether)
    const compiled = compileTogether(query, { relation, referenceAt, accountIds })
    if (compiled === null) throw new Error('Every row has an owner')
    const files = await engine.exportTogether(compiled, accountIds.map(targetOf), options)
    if (files.includes(undefined)) throw new Error('Every account has rows')
  }
  return taken(beganAt)
}

async function aloneMs(query: CheckedQuery, relation: Relation): Promise<number> {
  const beganAt = performance.now()
  for (const accountId of accounts) {
    await engine.export(compileQuery(query, { relation, referenceAt, accountId }), targetOf(accountId), options)
  }
  return taken(beganAt)
}

/** Milliseconds since; then the files are removed. */
async function taken(beganAt: number): Promise<number> {
  const milliseconds = performance.now() - beganAt
  await rm(out, { recursive: true })
  await mkdir(out)
  return milliseconds
}

function targetOf(accountId: string): AccountTarget {
  return { accountId, path: join(out, `${accountId}.csv`), format: 'csv' }
}

/** The columns that the queries read, in another order. */
async function reordered(name: string, order: string): Promise<Relation> {
  if (source.kind !== 'files') throw new Error('The sample data is made of files')
  const path = join(work, `${name}.parquet`)
  const files = `read_parquet([${source.paths.map((file) => `'${file}'`).join(', ')}])`
  const columns =
    'PublisherAccountId, UsageDate, OfferName, SKU, CustomerCompanyName, UsageReference, PriceCC, ExtendedChargePC'
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  await connection.run(`COPY (SELECT ${columns} FROM ${files} ORDER BY ${order}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  return { kind: 'files', format: 'parquet', paths: [path] }
}
