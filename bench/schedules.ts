// From due to started, with 1,000, 100,000 and 1,000,000 active reports of which a hundred fall due each second: the
// real store, claim and worker, an engine that writes one line at once. And what the number of reports does to one
// claim, to what else is asked of the database, and to the start of a server. Three commits of each execution wait for the
// disk, so what a bare write to it takes is measured in each round too: a lag is to be read beside it.
//
//   npm run bench:schedules                                   4 rounds of 6 seconds, sizes in turn
//   npm run bench:schedules -- postgres                       the same on PostgreSQL
//   npm run bench:schedules -- sqlite 1000,10000 2 100 3      sizes, rounds, due per second, seconds
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readSettings, startServer } from '@almanac/server'
import { pino } from 'pino'
import { publish, rounded, shown, spread, type Spread } from './testbed/figures.ts'
import { startPostgres } from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { postgresSchedules } from './testbed/postgres-schedules.ts'
import { rigSchedules } from './testbed/rig-schedules.ts'
import type { SchedulesDatabase } from './testbed/schedules-database.ts'
import { sqliteSchedules } from './testbed/sqlite-schedules.ts'
import { syncCosts } from './testbed/sync-cost.ts'

const engine = process.argv[2] ?? 'sqlite'
if (engine !== 'sqlite' && engine !== 'postgres') throw new Error(`sqlite or postgres, not ${engine}`)
const sizes = (process.argv[3] ?? '1000,100000,1000000').split(',').map(Number)
const rounds = Number(process.argv[4] ?? 4)
const duePerSecond = Number(process.argv[5] ?? 100)
const seconds = Number(process.argv[6] ?? 6)
const claimsInRound = 100
const asksInRound = 100
const syncsInRound = 300

const measures = [
  'lagP50Ms',
  'lagP99Ms',
  'lagLongestMs',
  'claimUs',
  'nextDueAtUs',
  'backlogUs',
  'reportsPageUs',
  'startMs',
  'diskSyncMs',
  'diskSyncP99Ms',
] as const
type Measured = Record<(typeof measures)[number], number>

interface Installation {
  readonly reports: number
  readonly folder: string
  readonly database: SchedulesDatabase
  readonly rounds: Measured[]
}

const folder = join(import.meta.dirname, 'work/schedules')
await rm(folder, { recursive: true, force: true })
// With the settings that its pages recommend for a machine of its own, as far as this one has the memory.
const postgres =
  engine === 'postgres' ? await startPostgres('through a power cut', ['shared_buffers=2GB', 'max_wal_size=8GB']) : null
const installations: Installation[] = []
for (const reports of sizes) installations.push(await install(reports))

// The first round warms everything up.
for (let round = 0; round <= rounds; round++) {
  for (const installation of installations) {
    const measured = { ...(await workOn(installation)), startMs: await startOn(installation) }
    if (round === 0) continue
    installation.rounds.push(measured)
    const { lagP50Ms, lagP99Ms, claimUs, startMs, diskSyncMs, diskSyncP99Ms } = measured
    console.log(
      `round ${round}, ${installation.reports} reports: lag p50 ${rounded(lagP50Ms)} ms, p99 ${rounded(lagP99Ms)} ms; claim ${rounded(claimUs)} µs; start ${rounded(startMs)} ms; disk ${rounded(diskSyncMs)}, p99 ${rounded(diskSyncP99Ms)} ms`,
    )
  }
}
for (const { database } of installations) await database.remove()
await postgres?.remove()
await rm(folder, { recursive: true, force: true })

const figures = installations.map(({ reports, database, rounds: measured }) => ({
  reports,
  databaseMB: database.megabytes,
  ...spreads(measured),
}))
const [smallest] = installations
const largest = installations.at(-1)
const growth = spreads(
  (largest?.rounds ?? []).map((of, round) =>
    perMeasure((name) => of[name] / (smallest?.rounds[round]?.[name] ?? Number.NaN)),
  ),
)
await publish(
  engine === 'postgres' ? 'schedules-postgres' : 'schedules',
  [
    `${duePerSecond} due per second for ${seconds} s, ${rounds} rounds; each figure is a median (smallest – largest)`,
    ...figures.flatMap((of) => [
      `${of.reports} active reports, ${of.databaseMB} MB`,
      `  due → started: p50 ${shown(of.lagP50Ms, 'ms')}, p99 ${shown(of.lagP99Ms, 'ms')}, longest ${shown(of.lagLongestMs, 'ms')}   aim p99 < 1,000`,
      `  one claim ${shown(of.claimUs, 'µs')}, nextDueAt ${shown(of.nextDueAtUs, 'µs')}, backlog ${shown(of.backlogUs, 'µs')}, page of 100 reports ${shown(of.reportsPageUs, 'µs')}`,
      `  start of the server ${shown(of.startMs, 'ms')}; a bare write to disk ${shown(of.diskSyncMs, 'ms')}, p99 ${shown(of.diskSyncP99Ms, 'ms')}`,
    ]),
    `${largest?.reports} against ${smallest?.reports}, round by round:`,
    `  lag p99 ${shown(growth.lagP99Ms, '×')}   aim ≤ 1.5`,
    `  lag p50 ${shown(growth.lagP50Ms, '×')}, one claim ${shown(growth.claimUs, '×')}, start of the server ${shown(growth.startMs, '×')}`,
  ],
  { duePerSecond, seconds, sizes: figures, growth: { of: largest?.reports, against: smallest?.reports, ...growth } },
)

async function install(reports: number): Promise<Installation> {
  const own = join(folder, `${reports}`)
  await mkdir(own, { recursive: true })
  const beganAt = performance.now()
  const database =
    postgres === null ? await sqliteSchedules(own, reports) : await postgresSchedules(postgres, own, reports)
  console.log(
    `${reports} reports: ${database.megabytes} MB, made in ${rounded((performance.now() - beganAt) / 1000)} s`,
  )
  return { reports, folder: own, database, rounds: [] }
}

async function workOn({ folder: own, database }: Installation): Promise<Omit<Measured, 'startMs'>> {
  const rig = await rigSchedules(own, database)
  const lags = (await rig.lags(duePerSecond * seconds, 1_000 / duePerSecond)).toSorted((a, b) => a - b)
  const syncs = syncCosts(own, syncsInRound).toSorted((a, b) => a - b)
  const measured = {
    diskSyncMs: quantile(syncs, 0.5),
    diskSyncP99Ms: quantile(syncs, 0.99),
    lagP50Ms: quantile(lags, 0.5),
    lagP99Ms: quantile(lags, 0.99),
    lagLongestMs: quantile(lags, 1),
    claimUs: spread(await rig.claims(claimsInRound)).median * 1_000,
    nextDueAtUs: await medianUs(() => rig.nextDueAt()),
    backlogUs: await medianUs(() => rig.backlog()),
    reportsPageUs: await medianUs(() => rig.reportsPage()),
  }
  await rig.close()
  return measured
}

/** From nothing to a server that listens, in this process; milliseconds. */
async function startOn({ database }: Installation): Promise<number> {
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: { ...database.settings, 'listen.port': 0 },
    isTerminal: false,
  })
  const beganAt = performance.now()
  const server = await startServer(settings, pino({ level: 'silent' }))
  const startMs = performance.now() - beganAt
  await server.close()
  return startMs
}

async function medianUs(ask: () => Promise<number>): Promise<number> {
  const taken: number[] = []
  for (let number = 0; number < asksInRound; number++) taken.push(await ask())
  return spread(taken).median * 1_000
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN
}

function spreads(all: readonly Measured[]): Record<keyof Measured, Spread> {
  return perMeasure((name) => spread(all.map((of) => of[name])))
}

function perMeasure<Value>(valueOf: (name: keyof Measured) => Value): Record<keyof Measured, Value> {
  return Object.fromEntries(measures.map((name) => [name, valueOf(name)])) as Record<keyof Measured, Value>
}
