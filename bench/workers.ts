// Small executions per second with 1, 2 and 4 worker processes on one PostgreSQL, from the first start to the last end; and
// claims per second of as many that claim at once: what the queue itself can give, without any run. The reports are those of
// a hundred accounts; processor time of one execution is what the workers (their engines too) and PostgreSQL took.
//
//   npm run bench:workers             3 rounds of 400 executions
//   npm run bench:workers -- 100 1
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { storeReport } from '../packages/server/src/executions/testing/a-report.ts'
import { openPostgresStores } from '../packages/server/src/stores/open-postgres-stores.ts'
import { postgresLacking, startPostgres } from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { startServeProcess, type ServeProcess } from '../e2e/testing/serve-process.ts'
import { sampleFolder } from './testbed/bench-server.ts'
import { publish, shown, spread } from './testbed/figures.ts'
import { treeUsage } from './testbed/process-tree.ts'

const executions = Number(process.argv[2] ?? 400)
const rounds = Number(process.argv[3] ?? 3)
const workerCounts = [1, 2, 4]
const claimerCounts = [1, 4, 16]
const claims = 2_000
const queryTextOf = (number: number): string =>
  `SELECT OrderPurchaseDate, OfferName, SKU, Quantity FROM ISVOrder WHERE PurchaseRecordLineItemId != 'bench-${number}' ORDER BY OrderPurchaseDate DESC TIMESPAN LAST_6_MONTHS`

if (postgresLacking !== null) throw new Error(`PostgreSQL is not to be had: ${postgresLacking}`)
const datasetsFolder = await sampleFolder(20_000, 100)
const { accounts } = JSON.parse(await readFile(join(datasetsFolder, 'sample.json'), 'utf8')) as {
  accounts: { id: string }[]
}
const dataFolder = join(import.meta.dirname, 'work/workers')
await rm(dataFolder, { recursive: true, force: true })
await mkdir(dataFolder, { recursive: true })
const postgres = await startPostgres('through a power cut')
const url = await postgres.createDatabase()
const database = new URL(url).pathname.slice(1)
const stores = await openPostgresStores({ url, connections: 20, waitSeconds: 10 })

const perSecond: Record<number, number[]> = {}
const workersMs: Record<number, number[]> = {}
const postgresMs: Record<number, number[]> = {}
const keptBytes: number[] = []
const claimsPerSecond: Record<number, number[]> = {}
try {
  for (let round = 0; round < rounds; round++) {
    for (const count of claimerCounts) (claimsPerSecond[count] ??= []).push(await claimAll(count))
    for (const count of workerCounts) {
      const measured = await executeAll(count)
      ;(perSecond[count] ??= []).push(measured.perSecond)
      ;(workersMs[count] ??= []).push(measured.workersMs)
      ;(postgresMs[count] ??= []).push(measured.postgresMs)
    }
  }
} finally {
  await stores.close()
  await postgres.remove()
}

await publish(
  'workers',
  [
    `${executions} executions at once, one slot a worker, ${rounds} rounds`,
    ...workerCounts.map(
      (count) =>
        `${count} workers: ${shown(spread(perSecond[count] ?? []), 'executions per second')}; processor time of one: workers ${shown(spread(workersMs[count] ?? []), 'ms')}, PostgreSQL ${shown(spread(postgresMs[count] ?? []), 'ms')}`,
    ),
    `what a finished execution keeps in the database: ${shown(spread(keptBytes), 'bytes')}`,
    ...claimerCounts.map(
      (count) => `${count} claiming: ${shown(spread(claimsPerSecond[count] ?? []), 'claims per second')}`,
    ),
  ],
  {
    executions,
    rounds,
    claims,
    executionsPerSecond: Object.fromEntries(workerCounts.map((count) => [count, spread(perSecond[count] ?? [])])),
    processorMsOfOne: Object.fromEntries(
      workerCounts.map((count) => [
        count,
        { workers: spread(workersMs[count] ?? []), postgres: spread(postgresMs[count] ?? []) },
      ]),
    ),
    keptBytesOfOne: spread(keptBytes),
    claimsPerSecond: Object.fromEntries(claimerCounts.map((count) => [count, spread(claimsPerSecond[count] ?? [])])),
  },
)

interface Measured {
  readonly perSecond: number
  readonly workersMs: number
  readonly postgresMs: number
}

async function executeAll(workers: number): Promise<Measured> {
  const settings = {
    'database.url': url,
    datasetsFolder,
    'engine.exportProcesses': 1,
    'engine.threads': 1,
    'log.level': 'error',
  }
  const processes: ServeProcess[] = await Promise.all(
    Array.from({ length: workers }, () => startServeProcess({ dataFolder, settings, roles: ['worker'] })),
  )
  await fill(executions, Date.now() + 5_000)
  const usage = () => ({
    workers: processes.reduce((sum, { pid }) => sum + treeUsage(pid).cpuSeconds, 0),
    postgres: treeUsage(postgres.pid()).cpuSeconds,
  })
  const before = usage()
  for (;;) {
    const [left] = await postgres.run(
      'select count(*)::int as runs from executions where finished_at is null',
      database,
    )
    if (left?.['runs'] === 0) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const [took] = await postgres.run('select (max(finished_at) - min(started_at))::int as ms from executions', database)
  const after = usage()
  const [kept] = await postgres.run(
    `select sum(pg_total_relation_size(name::regclass))::int as bytes
      from unnest(array['executions', 'artifacts', 'report_events']) as name`,
    database,
  )
  keptBytes.push(Number(kept?.['bytes']) / executions)
  await Promise.all(processes.map((each) => each.stop('SIGTERM')))
  await postgres.run('truncate reports cascade', database)
  return {
    perSecond: executions / (Number(took?.['ms']) / 1_000),
    workersMs: ((after.workers - before.workers) * 1_000) / executions,
    postgresMs: ((after.postgres - before.postgres) * 1_000) / executions,
  }
}

async function claimAll(claimers: number): Promise<number> {
  const now = Date.now()
  await fill(claims, now - 1_000)
  const beganAt = performance.now()
  let taken = 0
  await Promise.all(
    Array.from({ length: claimers }, async (_, claimer) => {
      for (let count = 0; ; count += 1) {
        const request = { token: `${claimer}.${count}`, owner: 'bench', now, expiresAt: now + 3_600_000 }
        if ((await stores.executions.claimDue(request, () => undefined)) === undefined) return
        taken += 1
      }
    }),
  )
  const perSecond = taken / ((performance.now() - beganAt) / 1_000)
  await postgres.run('truncate reports cascade', database)
  return perSecond
}

async function fill(reports: number, dueAt: number): Promise<void> {
  const schedule = { kind: 'once', at: dueAt, queryStartAt: null, queryEndAt: null } as const
  for (let number = 0; number < reports; number++) {
    const change = {
      id: `bench-${number}`,
      clientId: `client-${number % 100}`,
      queryText: queryTextOf(number),
      schedule,
    }
    await storeReport(stores.reports, { ...change, accountId: accounts[number % accounts.length]?.id ?? '' })
  }
}
