import { randomInt } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { administer, readSettings } from '@almanac/server'
import { startReceiver } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import { aReport, storeReport } from '../packages/server/src/executions/testing/a-report.ts'
import { seededRandom, type SeededRandom } from '../packages/query/src/testing/seeded-random.ts'
import { openPostgresStores } from '../packages/server/src/stores/open-postgres-stores.ts'
import { settingsOf } from '../packages/server/src/stores/postgres/testing/postgres-test-database.ts'
import {
  lackingInName,
  postgresLacking,
  startPostgres,
  type TestPostgres,
} from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { requestToken } from './testing/call.ts'
import { everythingDone, expectCallbacks, expectFiles, expectRuns } from './testing/expect-whole.ts'
import { openScaleInstallation, type ScaleInstallation } from './testing/scale-installation.ts'
import type { ServeProcess } from './testing/serve-process.ts'
import { base } from './testing/steps.ts'

// Three workers share the work of one PostgreSQL. They are killed at random, and so is PostgreSQL itself, while reports
// recur and partners order more. In the end everything is counted, past the servers.
//
//   SCALE_KILLS=200 SCALE_SEED=7 npx vitest run --config vitest.scale.config.ts e2e/postgres-soak

const kills = Number(process.env['SCALE_KILLS'] ?? 8)
const seed = Number(process.env['SCALE_SEED'] ?? randomInt(2 ** 31))

const hour = 3_600_000
const workers = 3
// Due already when they are stored, one after the other: as many runs as there are kills, and more.
const recurring = 6
const occurrences = 5 + 2 * kills

const texts = [
  // Sorted by a column that it isn't stored by: long enough to be hit.
  'SELECT UsageDate, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS',
  'SELECT OfferName, AssetId FROM ISVOrder',
]

describe.skipIf(postgresLacking !== null)(
  `three workers and a PostgreSQL that are killed ${kills} times (SCALE_SEED=${seed})${lackingInName}`,
  { timeout: 300_000 + kills * 30_000 },
  () => {
    let postgres: TestPostgres
    let installation: ScaleInstallation
    beforeAll(async () => {
      postgres = await startPostgres()
      installation = await openScaleInstallation(postgres, 40_000)
    })
    afterAll(async () => {
      await installation?.remove()
      await postgres?.remove()
    })
    const rows = async <Row>(statement: string): Promise<readonly Row[]> =>
      (await postgres.run(statement, new URL(installation.databaseUrl).pathname.slice(1))) as readonly Row[]

    async function startWorker(): Promise<ServeProcess> {
      const settings = { 'engine.exportProcesses': 1 }
      const process = await installation.start({ roles: ['worker', 'callbacks'], settings })
      onTestFinished(async () => void (await process.stop('SIGKILL')))
      return process
    }

    test('lose nothing and publish nothing twice', async () => {
      const random = seededRandom(seed)
      const receiver = await startReceiver((response) => response.end())
      const callbackUrl = `http://127.0.0.1:${receiver.port}/ready`
      const api = await installation.start({ roles: ['api'] })
      onTestFinished(async () => void (await api.stop('SIGKILL')))
      await storeRecurring(callbackUrl)
      const pool = await Promise.all(Array.from({ length: workers }, startWorker))

      const over = new AbortController()
      const ordering = orderReports(api, callbackUrl, over.signal)
      const deaths = await killAtRandom(pool, random)
      over.abort()
      const orders = await ordering
      await everythingDone(rows, 240_000)
      const codes = await Promise.all([api, ...pool].map((process) => process.stop('SIGTERM')))
      expect(codes).toEqual([0, 0, 0, 0])

      await expectOccurrences(orders)
      await expectCallbacks(rows, receiver.calls)
      await expectFiles(rows, installation.folder)
      await expectWhole()
      const [calls, claimedAgain] = [receiver.calls.length, await countTakenOver()]
      process.stdout.write(
        `soak on PostgreSQL (seed ${seed}): ${JSON.stringify({ ...deaths, orders: orders.size, calls, claimedAgain })}\n`,
      )
    })

    async function storeRecurring(url: string): Promise<void> {
      const stores = await openPostgresStores(settingsOf(installation.databaseUrl))
      const clients = await administer(settingsOfInstallation(), (administration) => administration.listClients(null))
      const startAt = Math.floor(Date.now() / hour) * hour - (occurrences + 1) * hour
      for (let index = 0; index < recurring; index += 1) {
        const client = clients[index % clients.length]
        const schedule = {
          kind: 'recurring',
          startAt,
          firstAt: startAt,
          intervalHours: 1,
          count: occurrences,
          endAt: null,
        } as const
        await storeReport(stores.reports, {
          ...aReport(),
          id: `recurring-${index}`,
          name: `recurring ${index}`,
          accountId: client?.accountId ?? '',
          clientId: client?.clientId ?? '',
          queryText: texts[index % texts.length] ?? '',
          schedule,
          createdAt: Date.now(),
          callback: { url, method: 'POST', on: 'completed' },
        })
      }
      await stores.close()
    }

    function settingsOfInstallation() {
      const overrides = { dataFolder: installation.folder, 'database.url': installation.databaseUrl }
      return readSettings({ file: null, environment: {}, overrides, isTerminal: false })
    }

    /** Orders reports, each with a key, again and again until it is answered. Gives the report of each order. */
    async function orderReports(
      api: ServeProcess,
      url: string,
      signal: AbortSignal,
    ): Promise<ReadonlyMap<string, string>> {
      const token = await requestToken(installation.at(api))
      const post = async (path: string, body: object, key: string) => {
        const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': key }
        for (;;) {
          const response = await fetch(`${api.url}${base}${path}`, {
            method: 'POST',
            headers,
            body: JSON.stringify(body),
          })
          const answer = (await response.json()) as { readonly value: readonly Record<string, string>[] }
          if (response.status === 200) return answer.value[0] ?? {}
          // The database is away, or a try whose answer was lost holds its key for a while.
          expect([503, 409]).toContain(response.status)
          await setTimeout(500)
        }
      }
      const { queryId } = await post('/ScheduledQueries', { Name: 'soak', Query: texts[1] }, 'query')
      const orders = new Map<string, string>()
      for (let order = 0; !signal.aborted; order += 1) {
        const body = {
          ReportName: `order ${order}`,
          QueryId: queryId,
          ExecuteNow: true,
          CallbackUrl: url,
          CallbackMethod: 'POST',
        }
        const { reportId = '' } = await post('/ScheduledReport', body, `order ${order}`)
        orders.set(`order ${order}`, reportId)
        await setTimeout(100)
      }
      return orders
    }

    async function killAtRandom(pool: ServeProcess[], random: SeededRandom) {
      const deaths = { workers: 0, postgres: 0 }
      for (let kill = 0; kill < kills; kill += 1) {
        await setTimeout(random.below(3_000))
        // Every third is the database's, at least once.
        if (kill % 3 === 2) {
          deaths.postgres += 1
          await postgres.stop(random.chance(0.5) ? 'kill' : 'immediate')
          await setTimeout(random.below(4_000))
          await postgres.start()
        } else {
          deaths.workers += 1
          const place = random.below(workers)
          await pool[place]?.stop('SIGKILL')
          pool[place] = await startWorker()
        }
      }
      return deaths
    }

    /** Each order is one report that ran once; each recurring one has run each occurrence, once. */
    async function expectOccurrences(orders: ReadonlyMap<string, string>): Promise<void> {
      const reports = [
        ...Array.from({ length: recurring }, (_, index) => [`recurring ${index}`, `recurring-${index}`] as const),
        ...orders,
      ]
      const stored = await rows<{ name: string; id: string }>('select name, id from reports')
      expect(new Map(stored.map(({ name, id }) => [name, id]))).toEqual(new Map(reports))
      await expectRuns(rows, new Map(reports.map(([name, id]) => [id, orders.has(name) ? 1 : occurrences])))
    }

    async function countTakenOver(): Promise<number> {
      const [again] = await rows<{ count: number }>(
        'select count(*)::int as count from artifacts join executions e on e.id = execution_id where claims > 1',
      )
      return again?.count ?? 0
    }

    /** Nobody holds anything any more, and the audit log is one chain. */
    async function expectWhole(): Promise<void> {
      const [held] = await rows<{ count: number }>(
        `select ((select count(*) from executions where lease_token is not null)
           + (select count(*) from callback_deliveries where lease_token is not null))::int as count`,
      )
      expect(held?.count).toBe(0)
      const verdict = await administer(settingsOfInstallation(), (administration) => administration.verifyAudit(null))
      expect(verdict.faults).toEqual([])
    }
  },
)
