// What it costs that comparisons ignore case: our compiled query against the same SQL with an exact comparison, in turn,
// for columns of each kind, with the profile of the data and without. Over all rows: those of one account are so few that
// nothing would show. And what making the profile costs, itself and those who ask meanwhile.
//
//   npm run bench:caseless            10 million rows of usage of 50 accounts (made once, a minute), 15 rounds
//   npm run bench:caseless -- 1000000 7
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { checkQuery, compileQuery, type CompiledQuery, type Spelling, type Spellings } from '@almanac/query'
import { loadCatalog, readSettings } from '@almanac/server'
import { createDataFolder } from '../packages/server/src/datasets/data-folder.ts'
import { comparedTexts } from '../packages/server/src/datasets/profiles/compared-texts.ts'
import { createDuckDbEngine } from '../packages/server/src/engines/duckdb/create-duckdb-engine.ts'
import { runPreview } from '../packages/server/src/engines/duckdb/run-preview.ts'
import { sampleFolder } from './testbed/bench-server.ts'
import { publish, rounded, shown, spread, type Spread } from './testbed/figures.ts'

const usageRows = Number(process.argv[2] ?? 10_000_000)
const rounds = Number(process.argv[3] ?? 15)
/** From few values to many, in one case and in both. */
const columns = [
  'SKUBillingType',
  'CustomerCurrencyCC',
  'OfferName',
  'MeterId',
  'CustomerCompanyName',
  'PartnerInfo',
  'CustomerId',
  'MarketplaceSubscriptionId',
  'UsageReference',
]

const datasetsFolder = await sampleFolder(usageRows, 50)
const { catalogFolder, engine: limits } = readSettings({
  file: null,
  environment: {},
  overrides: {},
  isTerminal: false,
})
const catalog = await loadCatalog(catalogFolder)
const dataset = catalog.findDataset('cmp', 'ISVUsage')
if (dataset === undefined) throw new Error('The shipped catalog has no ISVUsage')
const { relation } = await createDataFolder(datasetsFolder).versionOf(dataset)
if (relation.kind !== 'files') throw new Error('Sample data are files')
const { paths } = relation
// Without them no row is left out by account or date.
const { accountColumn: _, dateColumn: __, ...everyones } = dataset

const instance = await DuckDBInstance.create(':memory:', { threads: String(limits.threads) })
const connection = await instance.connect()
const signal = new AbortController().signal
const engine = createDuckDbEngine({
  ...limits,
  readFolders: [datasetsFolder],
  writeFolder: join(datasetsFolder, 'exports'),
  previewProcesses: 1,
})

const profile = async () => {
  const startedAt = performance.now()
  const request = { relation, stringColumns: comparedTexts(dataset) }
  const { spellings } = await engine.profile(request, { timeLimitMs: 600_000, signal })
  return { spellings, milliseconds: performance.now() - startedAt }
}
await profile()
const { spellings, milliseconds: profileMs } = await profile()
const profileBytes = Buffer.byteLength(JSON.stringify(spellings))

interface ColumnFigures {
  readonly spelling: string
  readonly exactMs: Spread
  readonly withProfile: Spread
  readonly withoutProfile: Spread
}

const figures: Record<string, ColumnFigures> = {}
for (const column of columns) figures[column] = await compare(column)

const besideProfile = await queriesBesideProfile()
await engine.close()

const line = (column: string, { spelling, exactMs, withProfile, withoutProfile }: ColumnFigures): string =>
  [
    column.padEnd(26),
    spelling.padEnd(12),
    `exact ${shown(exactMs, 'ms')}`.padEnd(34),
    `with profile ${shown(withProfile, '×')}`.padEnd(42),
    `without ${shown(withoutProfile, '×')}`,
  ].join(' ')

await publish(
  'caseless',
  [
    `${usageRows} rows of 50 accounts, equality on one column, a sum; ratios to the exact comparison, round by round   aim ≤ 1.3 with profile`,
    ...Object.entries(figures).map(([column, each]) => line(column, each)),
    `profile of ${comparedTexts(dataset).length} columns: ${Math.round(profileMs)} ms, ${rounded(profileBytes / 1024)} KiB`,
    `a query beside it: ${shown(besideProfile, '×')} of its time alone`,
  ],
  {
    usageRows,
    rounds,
    columns: figures,
    profile: { milliseconds: rounded(profileMs), bytes: profileBytes },
    besideProfile,
  },
)

async function compare(column: string): Promise<ColumnFigures> {
  const stored = await someValue(column)
  const otherCase = stored === stored.toLowerCase() ? stored.toUpperCase() : stored.toLowerCase()
  const variants = {
    // A column that has this one value only would be compared exactly: the reference.
    exact: compiled(column, stored, { [column]: { kind: 'values', values: [stored] } }),
    withProfile: compiled(column, otherCase, spellings),
    withoutProfile: compiled(column, otherCase, {}),
  }
  const times = { exact: [] as number[], withProfile: [] as number[], withoutProfile: [] as number[] }
  // The first round warms the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, query] of Object.entries(variants)) {
      const milliseconds = await timeOf(query)
      if (round > 0) times[name as keyof typeof times].push(milliseconds)
    }
  }
  const ratios = (of: readonly number[]): Spread => spread(of.map((ms, round) => ms / (times.exact[round] ?? 1)))
  return {
    spelling: describe(spellings[column]),
    exactMs: spread(times.exact),
    withProfile: ratios(times.withProfile),
    withoutProfile: ratios(times.withoutProfile),
  }
}

/** The same query alone and while a profile is made, in turn with nothing else. */
async function queriesBesideProfile(): Promise<Spread> {
  const query = compiled('OfferName', 'nothing', {})
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) alone.push(await timeOf(query))
  const beside: number[] = []
  const done = new AbortController()
  const profiling = profile().finally(() => done.abort())
  while (!done.signal.aborted) beside.push(await timeOf(query))
  await profiling
  const usual = spread(alone).median
  return spread(beside.map((ms) => ms / usual))
}

function compiled(column: string, literal: string, known: Spellings): CompiledQuery {
  const text = `SELECT NormalizedUsage FROM ISVUsage WHERE ${column} = '${literal.replaceAll("'", "''")}'`
  const checked = checkQuery(text, { datasets: [everyones], profile: 'open' })
  if (!checked.ok) throw new Error(`The query of the benchmark is wrong: ${text}`)
  const spelt = { kind: 'files', format: 'parquet', paths, spellings: known } as const
  return compileQuery(checked.query, { relation: spelt, accountId: '', referenceAt: 0 })
}

async function timeOf(query: CompiledQuery): Promise<number> {
  const startedAt = performance.now()
  await runPreview(connection, query, signal)
  return performance.now() - startedAt
}

/** A value of a row in the middle of those that have one. */
async function someValue(column: string): Promise<string> {
  const from = `FROM read_parquet([${paths.map((path) => `'${path}'`).join(', ')}]) WHERE "${column}" IS NOT NULL`
  const counted = await connection.runAndReadAll(`SELECT count(*) // 2 ${from}`)
  const result = await connection.runAndReadAll(
    `SELECT "${column}" ${from} LIMIT 1 OFFSET ${String(counted.getRows()[0]?.[0])}`,
  )
  return String(result.getRows()[0]?.[0])
}

function describe(spelling: Spelling | undefined): string {
  if (spelling === undefined) return 'unknown'
  return spelling.kind === 'values' ? `${spelling.values.length} values` : spelling.kind
}
