// How long a file of TPC-H's lineitem takes that Trino computes and our engine writes, against Trino's own client protocol
// read by a bare loop, in turn: the same statement, and the plain table, which is without the forms that values have in a
// file. What memory our process takes, after the first million rows and at the end.
//
//   npm run bench:trino            scale factor 1, 6,001,215 rows, 3 pairs; a Trino is fetched and started for it
//   npm run bench:trino -- tiny 1
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { checkQuery, compileQuery } from '@almanac/query'
import type { Column, Dataset } from '@almanac/query'
import { createTrinoEngine } from '../packages/server/src/engines/trino/create-trino-engine.ts'
import { startTrino } from '../packages/server/src/engines/trino/testing/start-trino.ts'
import { publish, rounded, shown, spread } from './testbed/figures.ts'
import { treeUsage } from './testbed/process-tree.ts'

const schema = process.argv[2] ?? 'sf1'
const pairs = Number(process.argv[3] ?? 3)

const column = (name: string, type: Column['type']): Column => ({ name, type })
const lineitem: Dataset = {
  name: 'Lineitem',
  nameAliases: [],
  columns: [
    ...['orderkey', 'partkey', 'suppkey', 'linenumber'].map((name) => column(name, 'integer')),
    ...['quantity', 'extendedprice', 'discount', 'tax'].map((name) => column(name, 'decimal')),
    ...['returnflag', 'linestatus'].map((name) => column(name, 'string')),
    ...['shipdate', 'commitdate', 'receiptdate'].map((name) => column(name, 'date')),
    ...['shipinstruct', 'shipmode', 'comment'].map((name) => column(name, 'string')),
  ],
  metrics: [],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
}
const checked = checkQuery('SELECT * FROM Lineitem', { datasets: [lineitem], profile: 'open' })
if (!checked.ok) throw new Error('The query of the benchmark is wrong')
const { query } = checked

const work = await mkdtemp(join(tmpdir(), 'almanac-bench-trino-'))
const trino = await startTrino()
const engine = createTrinoEngine({ connection: trino.connection, exportsAtOnce: 1, previewsAtOnce: 1 })

const exports: Measured[] = []
const bareSame: Measured[] = []
const barePlain: Measured[] = []
const loopP99Ms: number[] = []
const peaksMiB: number[] = []
let [rows, sizeBytes, earlyPeakMiB] = [0, 0, 0]
// Compiles plans to code, and that to machine code.
await round('tiny')
for (let pair = 1; pair <= pairs; pair++) {
  const { same, plain, ours, loopMs } = await round(schema)
  exports.push(ours)
  bareSame.push(same)
  barePlain.push(plain)
  loopP99Ms.push(loopMs)
  peaksMiB.push(rounded(treeUsage(process.pid).rootPeakMiB))
  console.log(
    `pair ${pair}: export ${Math.round(ours.ms)} ms, bare loop ${Math.round(same.ms)} ms, of the plain table ${Math.round(plain.ms)} ms`,
  )
}
await engine.close()
await trino.stop()
await rm(work, { recursive: true })

const msOf = (measured: readonly Measured[]) => spread(measured.map(({ ms }) => ms))
const cpuOf = (measured: readonly Measured[]) => spread(measured.map(({ cpuSeconds }) => cpuSeconds))
const ratioTo = (reference: readonly Measured[]) =>
  spread(exports.map(({ ms }, index) => ms / (reference[index]?.ms ?? 1)))
await publish(
  'trino',
  [
    `${rows} rows, 16 columns, ${rounded(sizeBytes / 1e6)} MB of CSV, from tpch.${schema}.lineitem`,
    `export, hashed and on disk:       ${shown(msOf(exports), 'ms')}`,
    `bare loop, same statement:        ${shown(msOf(bareSame), 'ms')}; ratio, pair by pair: ${shown(ratioTo(bareSame), '×')}   aim ≤ 1.2`,
    `bare loop, SELECT * of the table: ${shown(msOf(barePlain), 'ms')}; ratio, pair by pair: ${shown(ratioTo(barePlain), '×')}`,
    `processor time of the client: export ${shown(cpuOf(exports), 's')}, bare loop ${shown(cpuOf(bareSame), 's')}`,
    `peak resident size of our process: ${rounded(earlyPeakMiB)} MiB within the first 100 MB, ${peaksMiB.join(', ')} MiB after each export`,
    `event loop delay while exporting, p99: ${shown(spread(loopP99Ms), 'ms')}`,
  ],
  {
    schema,
    rows,
    sizeBytes,
    exportMs: msOf(exports),
    bareSameStatementMs: msOf(bareSame),
    barePlainTableMs: msOf(barePlain),
    ratioToSameStatement: ratioTo(bareSame),
    ratioToPlainTable: ratioTo(barePlain),
    clientCpuSeconds: { export: cpuOf(exports), bareSameStatement: cpuOf(bareSame) },
    peakMiB: { early: rounded(earlyPeakMiB), afterEach: peaksMiB },
    eventLoopDelayP99Ms: spread(loopP99Ms),
  },
)

interface Measured {
  readonly ms: number
  readonly cpuSeconds: number
}

/** The three of them, one after the other. */
async function round(of: string): Promise<Record<'same' | 'plain' | 'ours', Measured> & { readonly loopMs: number }> {
  const relation = { kind: 'trino', catalog: 'tpch', schema: of, table: 'lineitem' } as const
  const compiled = compileQuery(query, { relation, accountId: '', referenceAt: 0 })
  const same = await bare(compiled.sql)
  const plain = await bare(`SELECT * FROM tpch.${of}.lineitem`)
  const path = join(work, 'lineitem.csv')
  const loop = monitorEventLoopDelay({ resolution: 5 })
  const cpu = process.cpuUsage()
  loop.enable()
  const begun = performance.now()
  const file = await engine.export(
    compiled,
    { path, format: 'csv' },
    {
      timeLimitMs: 3_600_000,
      signal: new AbortController().signal,
      onProgress({ sizeBytes: written }) {
        if (peaksMiB.length === 0 && written < 100e6) earlyPeakMiB = treeUsage(process.pid).rootPeakMiB
      },
    },
  )
  const ms = performance.now() - begun
  loop.disable()
  const { user, system } = process.cpuUsage(cpu)
  await rm(path)
  ;[rows, sizeBytes] = [file.rows, file.sizeBytes]
  return { same, plain, ours: { ms, cpuSeconds: (user + system) / 1e6 }, loopMs: loop.percentile(99) / 1e6 }
}

async function bare(sql: string): Promise<Measured> {
  const script = join(import.meta.dirname, 'testbed/bare-trino.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [script, trino.url, sql])
  const { milliseconds, cpuSeconds } = JSON.parse(stdout) as { milliseconds: number; cpuSeconds: number }
  return { ms: milliseconds, cpuSeconds }
}
