// What it costs that the same query gives the same bytes where nobody asked for an order: our SQL as the engine runs it
// against the same SQL without what makes it so (rows in the order of their files, groups ordered by their columns, sums
// of floating numbers that are exact), in turn, each as a COPY to a file in a process of its own.
//
//   npm run bench:determinism            10 million rows of usage (made once, about a minute), 5 pairs
//   npm run bench:determinism -- 1000000 3
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkQuery, compileQuery, duckdb } from '@almanac/query'
import type { CompiledQuery, Dialect, Relation } from '@almanac/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { loadCatalog } from '@almanac/server'
import { createDataFolder } from '../packages/server/src/datasets/data-folder.ts'
import type { BareCopyWork } from './testbed/bare-copy.ts'
import { sampleFolder } from './testbed/bench-server.ts'
import { publish, shown, spread } from './testbed/figures.ts'

const usageRows = Number(process.argv[2] ?? 10_000_000)
const pairs = Number(process.argv[3] ?? 5)

/** Adds floating numbers up as the engine does, in the order in which its threads come to the rows. */
const carelessDuckdb: Dialect = { ...duckdb, decimalOf: (number) => number, isWide: () => 'FALSE' }

const rawRows =
  'SELECT UsageDate, OfferName, SKU, CustomerCompanyName, CustomerCountry, UsageReference, PriceCC, EstimatedPricePC FROM ISVUsage'
const fewGroups = 'SELECT UsageDate, NormalizedUsage, EstimatedExtendedChargePC FROM ISVUsage'
const queries = {
  'raw rows': `${rawRows} WHERE AzureLicenseType = 'Enterprise'`,
  'raw rows of a list': `${rawRows} WHERE CustomerCountry IN ('United States', 'Germany', 'France', 'Japan', 'Brazil', 'India')`,
  'a few groups, exact sums': fewGroups,
  'a few groups, floating sums': fewGroups,
  'many groups': fewGroups.replace('UsageDate', 'UsageDate, CustomerId, SKU'),
}

const datasetsFolder = await sampleFolder(usageRows)
const sample = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as { accounts: { id: string }[] }
const catalog = await loadCatalog(join(import.meta.dirname, '../packages/server/catalog'))
const usage = catalog.findDataset('cmp', 'ISVUsage')
if (usage === undefined) throw new Error('The catalog has no ISVUsage')
const { relation: exact } = await createDataFolder(datasetsFolder).versionOf(usage)
const work = await mkdtemp(join(tmpdir(), 'almanac-determinism-'))
const floating = await withFloatingNumbers(exact)

const lines: string[] = []
const figures: Record<string, unknown> = {}
for (const [name, text] of Object.entries(queries)) {
  const relation = name.includes('floating') ? floating : exact
  const ours = compile(text, relation, duckdb)
  const careless = withoutOrder(compile(text, relation, carelessDuckdb))
  const oursMs: number[] = []
  const carelessMs: number[] = []
  for (let pair = 0; pair <= pairs; pair++) {
    const [first, second] = [await copyMs(ours, true), await copyMs(careless, false)]
    // The first pair warms the page cache.
    if (pair === 0) continue
    oursMs.push(first)
    carelessMs.push(second)
    console.log(`${name}, pair ${pair}: ${Math.round(first)} ms, careless ${Math.round(second)} ms`)
  }
  const ratio = spread(oursMs.map((ms, index) => ms / (carelessMs[index] ?? 1)))
  figures[name] = { ms: spread(oursMs), carelessMs: spread(carelessMs), ratio }
  lines.push(
    `${name}: ${shown(spread(oursMs), 'ms')}, careless ${shown(spread(carelessMs), 'ms')}`,
    `    ratio, pair by pair: ${shown(ratio, '×')}   aim ≤ 1.25`,
  )
}
await rm(work, { recursive: true })
await publish('determinism', lines, { usageRows, queries: figures })

function compile(text: string, relation: Relation, dialect: Dialect): CompiledQuery {
  const checked = checkQuery(`${text} TIMESPAN LAST_3_YEARS`, { datasets: catalog.datasetsOf('cmp'), profile: 'open' })
  if (!checked.ok) throw new Error(`The query is wrong: ${text}`)
  const run = { relation, accountId: sample.accounts[0]?.id ?? '', referenceAt: Date.now() }
  return compileQuery(checked.query, run, dialect)
}

/** The same rows with doubles in place of decimals, as other programs write them. */
async function withFloatingNumbers(relation: Relation): Promise<Relation> {
  if (relation.kind !== 'files') throw new Error('The sample data is made of files')
  const path = join(work, 'floating.parquet')
  const files = `read_parquet([${relation.paths.map((file) => `'${file}'`).join(', ')}])`
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const columns = (await connection.runAndReadAll(`DESCRIBE FROM ${files}`)).getRowsJson() as [string, string][]
  const select = columns.map(([name, type]) =>
    type.startsWith('DECIMAL') ? `CAST("${name}" AS DOUBLE) AS "${name}"` : `"${name}"`,
  )
  await connection.run(`COPY (SELECT ${select.join(', ')} FROM ${files}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  return { kind: 'files', format: 'parquet', paths: [path] }
}

/** The same without the order of the groups, which is the last ORDER BY of a statement. */
function withoutOrder(query: CompiledQuery): CompiledQuery {
  return { ...query, sql: query.sql.replace(/\nORDER BY[^()]*(?:\([^()]*\)[^()]*)*$/, '') }
}

/** Milliseconds of one COPY in a process of its own. */
async function copyMs({ sql, parameters }: CompiledQuery, keepsOrder: boolean): Promise<number> {
  const target = join(work, 'result.csv')
  const copy: BareCopyWork = {
    sql,
    parameters: parameters.map(({ type, value }) => ({ type, text: String(value) })),
    target,
    memoryLimitMiB: 700,
    threads: 2,
    tempFolder: join(work, 'temp'),
    keepsOrder,
  }
  const script = join(import.meta.dirname, 'testbed/bare-copy.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(copy)])
  await rm(target)
  return (JSON.parse(stdout) as { milliseconds: number }).milliseconds
}
