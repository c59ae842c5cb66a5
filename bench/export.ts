// How long a whole execution takes, claimed → Completed, against the same SQL as a bare DuckDB COPY in a process of its
// own, in turn; what memory it takes; whether the event loop stays free; what a compressed answer costs.
//
//   npm run bench:export            10 million rows of usage (made once, about a minute), 5 pairs
//   npm run bench:export -- 1000000 3
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { checkQuery, compileQuery } from '@almanac/query'
import { loadCatalog } from '@almanac/server'
import { createDataFolder } from '../packages/server/src/datasets/data-folder.ts'
import { duckDbMemoryMiB } from '../packages/server/src/engines/duckdb/duckdb-memory.ts'
import type { BareCopyWork } from './testbed/bare-copy.ts'
import { sampleFolder, startBenchServer } from './testbed/bench-server.ts'
import { publish, rounded, shown, spread } from './testbed/figures.ts'
import { treeUsage } from './testbed/process-tree.ts'

const usageRows = Number(process.argv[2] ?? 10_000_000)
const pairs = Number(process.argv[3] ?? 5)
const queryText =
  "SELECT UsageDate, OfferName, SKU, CustomerCompanyName, CustomerCountry, UsageReference, PriceCC, EstimatedPricePC FROM ISVUsage WHERE AzureLicenseType = 'Enterprise' ORDER BY UsageDate DESC TIMESPAN LAST_3_YEARS"

const datasetsFolder = await sampleFolder(usageRows)
const sample = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as { accounts: { id: string }[] }
const bench = await startBenchServer(datasetsFolder, sample.accounts[0]?.id ?? '')
const { client, settings } = bench

const loopP99Ms: number[] = []
const loopMaximumMs: number[] = []
const execution: number[] = []
const bare: number[] = []
let reportId = ''
let enginePeakMiB = 0
const { query } = await client.queries.create({ name: 'bench', query: queryText })

for (let pair = 0; pair <= pairs; pair++) {
  const bareMs = await runBareCopy()
  // A new one each time: switched off and on again, it would count the time between as one delay.
  const loop = monitorEventLoopDelay({ resolution: 5 })
  const watching = setInterval(() => (enginePeakMiB = Math.max(enginePeakMiB, treeUsage(process.pid).childPeakMiB)), 50)
  loop.enable()
  reportId = await createReport()
  const executionMs = await bench.durationOf(reportId)
  loop.disable()
  clearInterval(watching)
  // The first pair warms the page cache and starts the engine's process.
  if (pair === 0) continue
  loopP99Ms.push(loop.percentile(99) / 1e6)
  loopMaximumMs.push(loop.max / 1e6)
  bare.push(bareMs)
  execution.push(executionMs)
  console.log(`pair ${pair}: execution ${executionMs} ms, bare COPY ${Math.round(bareMs)} ms`)
}

const serverPeakMiB = treeUsage(process.pid).rootPeakMiB
const [done] = await client.executions.list(reportId)
const manifest = (await (
  await fetch(`${done?.reportLocation}/manifest`, {
    headers: { authorization: `Bearer ${await client.accessToken()}` },
  })
).json()) as { rows: number; sizeBytes: number }
const { rows, sizeBytes } = manifest
const compression = await measureCompression()
await bench.close()

const ratios = execution.map((ms, index) => ms / (bare[index] ?? 1))
await publish(
  'export',
  [
    `${rows} of ${usageRows} rows, 8 columns, filter and ORDER BY, ${rounded(sizeBytes / 1e6)} MB of CSV`,
    `execution, claimed → Completed: ${shown(spread(execution), 'ms')}`,
    `bare DuckDB COPY:               ${shown(spread(bare), 'ms')}`,
    `ratio, pair by pair:            ${shown(spread(ratios), '×')}   aim ≤ 1.10`,
    `peak resident size: engine ${rounded(enginePeakMiB)} MiB, limit ${settings.engine.memoryLimitMiB}; server ${rounded(serverPeakMiB)} MiB`,
    `event loop delay while exporting: p99 ${shown(spread(loopP99Ms), 'ms')}, longest ${shown(spread(loopMaximumMs), 'ms')}   aim p99 < 50`,
    `gzip answer: ${rounded(compression.exportCpuSeconds)} + ${rounded(compression.downloadCpuSeconds)} CPU-seconds per million rows (export + compressed download)   aim ≤ 5`,
  ],
  {
    usageRows,
    rows,
    sizeBytes,
    executionMs: spread(execution),
    bareCopyMs: spread(bare),
    ratio: spread(ratios),
    peakMiB: { engine: rounded(enginePeakMiB), limit: settings.engine.memoryLimitMiB, server: rounded(serverPeakMiB) },
    eventLoopDelayMs: { p99: spread(loopP99Ms), longest: spread(loopMaximumMs) },
    gzipCpuSecondsPerMillionRows: compression,
  },
)

async function createReport(): Promise<string> {
  const { report } = await client.reports.create({ reportName: 'bench', queryId: query.queryId, executeNow: true })
  return report.reportId
}

async function runBareCopy(): Promise<number> {
  const catalog = await loadCatalog(settings.catalogFolder)
  const checked = checkQuery(queryText, { datasets: catalog.datasetsOf('cmp'), profile: 'open' })
  const dataset = catalog.findDataset('cmp', 'ISVUsage')
  if (!checked.ok || dataset === undefined) throw new Error('The query of the benchmark is wrong')
  const { relation } = await createDataFolder(datasetsFolder).versionOf(dataset)
  const compiled = compileQuery(checked.query, { relation, accountId: bench.accountId, referenceAt: Date.now() })
  const target = join(settings.dataFolder, 'bare.csv')
  const copy: BareCopyWork = {
    sql: compiled.sql,
    parameters: compiled.parameters.map(({ type, value }) => ({ type, text: String(value) })),
    target,
    // The same room: with more, the bare process would be larger than an engine may be.
    memoryLimitMiB: duckDbMemoryMiB(settings.engine.memoryLimitMiB),
    threads: settings.engine.threads,
    tempFolder: join(settings.dataFolder, 'bare-temp'),
  }
  const script = join(import.meta.dirname, 'testbed/bare-copy.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(copy)])
  await rm(target)
  return (JSON.parse(stdout) as { milliseconds: number }).milliseconds
}

/** Processor time of one more execution and of one gzip-compressed download, which a process of its own drains. */
async function measureCompression(): Promise<{ exportCpuSeconds: number; downloadCpuSeconds: number }> {
  const before = treeUsage(process.pid).cpuSeconds
  const latestReportId = await createReport()
  await bench.durationOf(latestReportId)
  const exported = treeUsage(process.pid).cpuSeconds
  const [latest] = await client.executions.list(latestReportId)
  const drain = spawn(
    process.execPath,
    [join(import.meta.dirname, 'testbed/drain.ts'), latest?.reportAccessSecureLink ?? '', 'gzip'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [drained] = (await once(drain.stdout, 'data')) as [Buffer]
  const [code] = (await once(drain, 'exit')) as [number]
  if (code !== 0) throw new Error('The compressed download failed')
  const downloaded = treeUsage(process.pid).cpuSeconds - Number(drained.toString())
  const million = rows / 1e6
  return {
    exportCpuSeconds: rounded((exported - before) / million),
    downloadCpuSeconds: rounded((downloaded - exported) / million),
  }
}
