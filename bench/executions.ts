// Small executions per second, from the first that starts to the last that is Completed, with its file published: a whole
// server with two slots; against the same SQL as bare COPYs, one after another in as many DuckDB processes, in turn.
// All are due at the same instant, each with a query of its own: nothing can be made of one scan.
//
//   npm run bench:executions          7 rounds of 300 executions
//   npm run bench:executions -- 100 3
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkQuery, compileQuery } from '@almanac/query'
import { loadCatalog } from '@almanac/server'
import { createDataFolder } from '../packages/server/src/datasets/data-folder.ts'
import { duckDbMemoryMiB } from '../packages/server/src/engines/duckdb/duckdb-memory.ts'
import { startAnsweringChild } from './testbed/answering-child.ts'
import type { BareCopiesRequest } from './testbed/bare-copies.ts'
import { sampleFolder, startBenchServer } from './testbed/bench-server.ts'
import { publish, rounded, shown, spread } from './testbed/figures.ts'
import { fillSchedules, makeDue } from './testbed/fill-schedules.ts'
import { treeUsage } from './testbed/process-tree.ts'

const executions = Number(process.argv[2] ?? 300)
const rounds = Number(process.argv[3] ?? 7)
const slots = 2
const leadMs = 1_000
const queryTextOf = (number: number): string =>
  `SELECT OrderPurchaseDate, OfferName, SKU, CustomerCompanyName, CustomerCountry, Quantity FROM ISVOrder WHERE PurchaseRecordLineItemId != 'bench-${number}' ORDER BY OrderPurchaseDate DESC TIMESPAN LAST_6_MONTHS`

const datasetsFolder = await sampleFolder(20_000)
const sample = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as { accounts: { id: string }[] }
const accountId = sample.accounts[0]?.id ?? ''
const bench = await startBenchServer(datasetsFolder, accountId, {
  settings: { 'engine.exportProcesses': slots },
  fill: (file) => fillSchedules(file, executions, { queryTextOf, owner: { accountId, clientId: 'bench' } }),
})
const { settings } = bench
const bareFolder = join(settings.dataFolder, 'bare')
const bareProcesses = Array.from({ length: slots }, () =>
  startAnsweringChild<BareCopiesRequest, number>('bare-copies.ts'),
)
const { threads } = settings.engine
const memoryLimitMiB = duckDbMemoryMiB(settings.engine.memoryLimitMiB)
for (const bare of bareProcesses) await bare.ask({ kind: 'open', memoryLimitMiB, threads })
const copies = await bareCopies()

const perSecond = { almanac: [] as number[], bare: [] as number[] }
const serverMs: number[] = []
for (let round = 0; round <= rounds; round++) {
  const bareMs = await copyAll()
  const before = treeUsage(process.pid)
  const almanacMs = await executeAll(round)
  const after = treeUsage(process.pid)
  // The first round warms up both, and starts the engine's processes.
  if (round === 0) continue
  perSecond.bare.push(executions / (bareMs / 1_000))
  perSecond.almanac.push(executions / (almanacMs / 1_000))
  serverMs.push(((after.cpuSeconds - before.cpuSeconds) * 1_000) / executions)
  console.log(`round ${round}: executions ${rounded(almanacMs)} ms, bare COPYs ${rounded(bareMs)} ms`)
}
for (const bare of bareProcesses) await bare.close()
await bench.close()

const ratio = spread(perSecond.almanac.map((rate, round) => rate / (perSecond.bare[round] ?? 1)))
await publish(
  'executions',
  [
    `${executions} executions at once, ${slots} slots, ${rounds} rounds`,
    `executions, started → Completed: ${shown(spread(perSecond.almanac), 'per second')}`,
    `bare COPYs:                      ${shown(spread(perSecond.bare), 'per second')}`,
    `ratio, round by round:           ${shown(ratio, '×')}`,
    `processor time of one execution, server and engines: ${shown(spread(serverMs), 'ms')}`,
  ],
  {
    executions,
    slots,
    rounds,
    perSecond: { almanac: spread(perSecond.almanac), bare: spread(perSecond.bare) },
    ratio,
    processorMsOfOne: spread(serverMs),
  },
)

/** From the first that starts to the last that is completed; milliseconds. */
async function executeAll(round: number): Promise<number> {
  const done = executions * round
  makeDue(join(settings.dataFolder, 'almanac.db'), executions, Date.now() + leadMs, 0)
  const started = await bench.line('execution started', done + 1)
  const completed = await bench.line('execution completed', done + executions)
  return completed.time - started.time
}

async function copyAll(): Promise<number> {
  await rm(bareFolder, { recursive: true, force: true })
  await mkdir(bareFolder, { recursive: true })
  const beganAt = performance.now()
  await Promise.all(
    bareProcesses.map((bare, slot) =>
      bare.ask({ kind: 'copy', copies: copies.filter((_copy, number) => number % slots === slot) }),
    ),
  )
  return performance.now() - beganAt
}

/** What the reports' executions come to. */
async function bareCopies(): Promise<(BareCopiesRequest & { kind: 'copy' })['copies']> {
  const catalog = await loadCatalog(settings.catalogFolder)
  const dataset = catalog.findDataset('cmp', 'ISVOrder')
  if (dataset === undefined) throw new Error('The shipped catalog has no ISVOrder')
  const { relation } = await createDataFolder(datasetsFolder).versionOf(dataset)
  return Array.from({ length: executions }, (_, number) => {
    const checked = checkQuery(queryTextOf(number), { datasets: catalog.datasetsOf('cmp'), profile: 'open' })
    if (!checked.ok) throw new Error('The query of the benchmark is wrong')
    const query = compileQuery(checked.query, { relation, accountId, referenceAt: Date.now() })
    return { query, target: join(bareFolder, `${number}.csv`) }
  })
}
