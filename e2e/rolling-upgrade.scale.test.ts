import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { administer, readSettings } from '@almanac/server'
import { startReceiver } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { aReport, storeReport } from '../packages/server/src/executions/testing/a-report.ts'
import { openPostgresStores } from '../packages/server/src/stores/open-postgres-stores.ts'
import { settingsOf } from '../packages/server/src/stores/postgres/testing/postgres-test-database.ts'
import {
  lackingInName,
  postgresLacking,
  startPostgres,
  type TestPostgres,
} from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { call, requestToken } from './testing/call.ts'
import { root } from './testing/almanac-process.ts'
import { openScaleInstallation, type ScaleInstallation } from './testing/scale-installation.ts'
import type { ServeProcess } from './testing/serve-process.ts'
import { base, saveQuery } from './testing/steps.ts'
import {
  everythingDone,
  expectCallbacks,
  expectFiles,
  expectNothingHeld,
  expectRuns,
  type Rows,
} from './testing/expect-whole.ts'
import { startPartners, type Door } from './testing/upgrade/partners.ts'
import {
  copyProgram,
  lackingCommit,
  nextSchemaVersion,
  programOf,
  schemaVersion,
  withBreakingStep,
  withNextStep,
} from './testing/upgrade/programs.ts'

// Two versions side by side, each of them real processes of a program of its own, on one real PostgreSQL: an upgrade as
// docs/operations/scaling.md tells of it, and the way back, while partners work. In the end everything is counted.
//
//   SCALE_ORDERS=100 npx vitest run --config vitest.scale.config.ts e2e/rolling-upgrade

/** Orders between two steps of an upgrade. */
const ordersEach = Number(process.env['SCALE_ORDERS'] ?? 4)

/** The first version that worked on PostgreSQL. */
const firstCommit = '19ce59e'
const commitLacking = lackingCommit(firstCommit)

const hour = 3_600_000
const recurring = { reports: 4, occurrences: 8 }
const text = 'SELECT OfferName, AssetId FROM ISVOrder'

describe.skipIf(postgresLacking !== null)(`an upgrade, version by version${lackingInName}`, () => {
  let postgres: TestPostgres
  const programs: string[] = []
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(async () => {
    await postgres?.remove()
    for (const folder of programs) await rm(folder, { recursive: true, force: true })
  })

  async function made(program: Promise<string>): Promise<string> {
    const folder = await program
    programs.push(folder)
    return folder
  }

  interface Upgrade {
    readonly old: string
    readonly next: string
    /** The schema versions of the two. */
    readonly versions: readonly [old: number, next: number]
    /** Whether the old one may start beside the schema of the next. */
    readonly letsOldIn: boolean
    /** Which of the two answers 503 to what comes while it ends; null when neither does. */
    readonly abrupt: string | null
  }

  test(
    'with a step that only adds: nobody notices, an old process that starts again is let in, and the way back is open',
    { timeout: 600_000 },
    async () => {
      const next = await made(copyProgram().then(withNextStep))
      const faults = await upgrade({
        old: root,
        next,
        versions: [schemaVersion, nextSchemaVersion],
        letsOldIn: true,
        abrupt: null,
      })
      expect(faults).toEqual([])
    },
  )

  describe.skipIf(commitLacking !== null)(
    `from the first version that worked on PostgreSQL${commitLacking === null ? '' : ` (not to be had: ${commitLacking})`}`,
    () => {
      test('to this one, and back where the schema allows it', { timeout: 600_000 }, async () => {
        const old = await made(programOf(firstCommit))
        // It had five steps, and refused to start beside any other.
        const faults = await upgrade({
          old,
          next: root,
          versions: [5, schemaVersion],
          letsOldIn: schemaVersion === 5,
          abrupt: old,
        })
        expect(faults).toEqual([])
      })
    },
  )

  /** Upgrades an installation under load, and back, and counts everything in the end. Gives what no partner should see. */
  async function upgrade({ old, next, versions, letsOldIn, abrupt }: Upgrade): Promise<readonly string[]> {
    const beganAt = performance.now()
    const installation = await openScaleInstallation(postgres, 20_000, old)
    onTestFinished(() => installation.remove())
    const rows = rowsOf(installation)
    const doors: Door[] = []
    const started: ServeProcess[] = []
    const start = async (program: string, ...roles: readonly string[]): Promise<ServeProcess> => {
      const process = await startOne(installation, program, roles)
      started.push(process)
      return process
    }
    const open = async (program: string): Promise<Door> => {
      const process = await start(program, 'api')
      const door = { version: program === old ? 'old' : 'new', process, isAbrupt: program === abrupt, isEnding: false }
      doors.push(door)
      return door
    }
    const close = async (door: Door, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
      door.isEnding = true
      await end(door.process, signal)
      doors.splice(doors.indexOf(door), 1)
    }

    // The old version, at work.
    const [oldDoor, oldWorker, otherWorker, oldCourier] = await Promise.all([
      open(old),
      start(old, 'worker'),
      start(old, 'worker'),
      start(old, 'callbacks'),
    ])
    const receiver = await startReceiver((response) => response.end())
    const callbackUrl = `http://127.0.0.1:${receiver.port}/ready`
    const server = installation.at(oldDoor.process)
    const queryId = await saveQuery(server, await requestToken(server), 'upgrade', text)
    const partners = startPartners(installation, doors, { queryId, callbackUrl })
    await partners.ordered(ordersEach)
    expect(await versionOf(rows)).toBe(versions[0])

    // Workers first, for a new one knows what old doors store. The first process of the new version changes the schema.
    const newWorker = await start(next, 'worker')
    expect(await versionOf(rows)).toBe(versions[1])
    await storeRecurring(installation, callbackUrl)
    await partners.ordered(ordersEach)

    // An old process that starts again now, as when its machine does.
    await end(oldWorker, 'SIGTERM')
    if (letsOldIn) await expectLetIn(start(old, 'worker'), versions[0] < versions[1])
    else await expectRefused(start(old, 'worker'), 'A newer Almanac has written it')
    await end(otherWorker, 'SIGKILL')
    const [otherNewWorker, newCourier] = await Promise.all([start(next, 'worker'), start(next, 'callbacks')])
    await end(oldCourier, 'SIGTERM')
    await partners.ordered(ordersEach)

    // Doors last: what only new ones take, new workers are there for.
    const newDoor = await open(next)
    await partners.ordered(ordersEach)
    await close(oldDoor, 'SIGTERM')
    await partners.ordered(ordersEach)
    const upgradedOrders = partners.orders.size

    // And back, in the other order.
    const backAgain: ServeProcess[] = []
    if (letsOldIn) {
      await open(old)
      await partners.ordered(ordersEach)
      await close(newDoor, 'SIGKILL')
      await start(old, 'callbacks')
      await end(newCourier, 'SIGTERM')
      backAgain.push(...(await Promise.all([start(old, 'worker'), start(old, 'worker')])))
      await Promise.all([end(newWorker, 'SIGKILL'), end(otherNewWorker, 'SIGTERM')])
      await partners.ordered(ordersEach)
    }
    await partners.stop()
    await everythingDone(rows, 120_000)
    await Promise.all(started.map((process) => end(process, 'SIGTERM')))

    await expectRuns(
      rows,
      new Map([
        ...[...partners.orders.values()].map((id) => [id, 1] as const),
        ...Array.from(
          { length: recurring.reports },
          (_, index) => [`recurring-${index}`, recurring.occurrences] as const,
        ),
      ]),
    )
    await expectCallbacks(rows, receiver.calls)
    await expectFiles(rows, installation.folder)
    await expectNothingHeld(rows)
    await expectAudit(installation)
    // Both versions had their part, the old one a second time.
    const runs = [[oldWorker, otherWorker], [newWorker, otherNewWorker], backAgain].map((workers) =>
      workers.map(({ log }) => log.split('execution completed').length - 1).reduce((a, b) => a + b, 0),
    )
    expect(runs.map((count) => count > 0)).toEqual([true, true, letsOldIn])
    const seconds = Math.round((performance.now() - beganAt) / 1_000)
    const said = {
      seconds,
      orders: partners.orders.size,
      upgradedOrders,
      ...partners.counts,
      calls: receiver.calls.length,
    }
    process.stdout.write(`upgrade from schema ${versions.join(' to ')}: ${JSON.stringify({ ...said, runs })}\n`)
    return partners.faults
  }

  test(
    'with a step that takes something away: old processes end in words by themselves, and none starts again',
    { timeout: 300_000 },
    async () => {
      const next = await made(copyProgram().then(withBreakingStep))
      const installation = await openScaleInstallation(postgres, 1_000)
      onTestFinished(() => installation.remove())
      const [door, worker] = await Promise.all([
        startOne(installation, root, ['api']),
        startOne(installation, root, ['worker', 'callbacks']),
      ])
      const token = await requestToken(installation.at(door))
      const queryId = await saveQuery(door, token, 'breaks', text)
      const statuses: number[] = []
      const ordering = (async () => {
        for (;;) {
          const order = { ReportName: `order ${statuses.length}`, QueryId: queryId, ExecuteNow: true }
          try {
            const { status } = await call(door, token, 'POST', `${base}/ScheduledReport`, JSON.stringify(order))
            statuses.push(status)
          } catch {
            // It has ended.
            return
          }
        }
      })()
      await startOne(installation, next, ['callbacks'])
      const words = `versions below ${nextSchemaVersion} can't work with`
      expect(await Promise.all([door.ended, worker.ended])).toEqual([1, 1])
      for (const { log } of [door, worker]) expect(log).toContain(words)
      // Until they noticed, what they did failed as a whole: what was answered is there, and nothing else.
      await ordering
      expect(statuses.filter((status) => ![200, 500, 503].includes(status))).toEqual([])
      const [stored] = await rowsOf(installation)<{ count: number }>('select count(*)::int as count from reports')
      expect(stored?.count).toBe(statuses.filter((status) => status === 200).length)
      await expectRefused(startOne(installation, root, ['worker']), words)
    },
  )

  async function startOne(
    installation: ScaleInstallation,
    program: string,
    roles: readonly string[],
  ): Promise<ServeProcess> {
    const process = await installation.start({ program, roles, settings: { 'engine.exportProcesses': 1 } })
    onTestFinished(async () => void (await process.stop('SIGKILL')))
    return process
  }

  async function end(process: ServeProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const code = await process.stop(signal)
    // Who was killed before has no code, and one that ended as it was told ended well.
    if (code !== null) expect([code, process.log]).toEqual([0, process.log])
  }

  function rowsOf({ databaseUrl }: ScaleInstallation): Rows {
    const database = new URL(databaseUrl).pathname.slice(1)
    return async <Row>(statement: string) => (await postgres.run(statement, database)) as unknown as readonly Row[]
  }
})

/** It works, and says so when the schema is newer; it dies right after, as if nothing else were to go well today. */
async function expectLetIn(starting: Promise<ServeProcess>, isNewer: boolean): Promise<void> {
  const process = await starting
  expect(process.log.includes('the schema is that of a newer version')).toBe(isNewer)
  await process.stop('SIGKILL')
}

/** It ends in words, with an exit code that says that something is wrong. */
async function expectRefused(starting: Promise<ServeProcess>, words: string): Promise<void> {
  await expect(starting).rejects.toThrow(new RegExp(`ended with 1 before it listened:[^]*${words}`))
}

async function versionOf(rows: Rows): Promise<number | undefined> {
  const [newest] = await rows<{ version: number }>('select max(version) as version from schema_migrations')
  return newest?.version
}

/** Due already, one occurrence after the other. Stored by this program, whichever of the two it is. */
async function storeRecurring(installation: ScaleInstallation, url: string): Promise<void> {
  const { reports, occurrences } = recurring
  const stores = await openPostgresStores(settingsOf(installation.databaseUrl))
  const [client] = await stores.clients.listClients(null)
  const startAt = Math.floor(Date.now() / hour) * hour - (occurrences + 1) * hour
  for (let index = 0; index < reports; index += 1) {
    await storeReport(stores.reports, {
      ...aReport(),
      id: `recurring-${index}`,
      accountId: client?.accountId ?? '',
      clientId: client?.id ?? '',
      queryText: text,
      schedule: { kind: 'recurring', startAt, firstAt: startAt, intervalHours: 1, count: occurrences, endAt: null },
      createdAt: Date.now(),
      callback: { url, method: 'POST', on: 'completed' },
    })
  }
  await stores.close()
}

async function expectAudit({ folder, databaseUrl }: ScaleInstallation): Promise<void> {
  const overrides = { dataFolder: folder, 'database.url': databaseUrl }
  const settings = readSettings({ file: null, environment: {}, overrides, isTerminal: false })
  const verdict = await administer(settings, (administration) => administration.verifyAudit(null))
  expect(verdict.faults).toEqual([])
}
