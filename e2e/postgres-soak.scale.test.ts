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
import { openScaleInstallation, type ScaleInstallation } from './testing/scale-installation.ts'
import type { ServeProcess } from './testing/serve-process.ts'
import { reportOf, webhookIdOf } from './testing/soak/ears.ts'
import { blobPath, measureFile } from './testing/soak/stored.ts'
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
      await everythingDone()
      const codes = await Promise.all([api, ...pool].map((process) => process.stop('SIGTERM')))
      expect(codes).toEqual([0, 0, 0, 0])

      await expectOccurrences(orders)
      const calls = await expectCallbacks()
      const claimedAgain = await expectFiles()
      await expectWhole()
      process.stdout.write(
        `soak on PostgreSQL (seed ${seed}): ${JSON.stringify({ ...deaths, orders: orders.size, calls, claimedAgain })}\n`,
      )

      async function expectCallbacks(): Promise<number> {
        const owed = await rows<{ id: string; report_id: string; status: string }>(
          'select id, report_id, status from callback_deliveries',
        )
        expect(owed.filter(({ status }) => status !== 'delivered')).toEqual([])
        const heard = new Map(receiver.calls.map((call) => [webhookIdOf(call), reportOf(call)]))
        expect(new Map(owed.map(({ id, report_id }) => [id, report_id]))).toEqual(heard)
        return receiver.calls.length
      }
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

    async function everythingDone(): Promise<void> {
      const deadline = performance.now() + 240_000
      for (;;) {
        const [left] = await rows<{ runs: number; callbacks: number }>(
          `select (select count(*)::int from executions where claimable_at is not null) as runs,
             (select count(*)::int from callback_deliveries where status = 'waiting') as callbacks`,
        )
        if (left?.runs === 0 && left.callbacks === 0) return
        if (performance.now() > deadline) throw new Error(`Not everything was done: ${JSON.stringify(left)}`)
        await setTimeout(500)
      }
    }

    /** Each order is one report that ran once; each recurring one has run each occurrence, once. */
    async function expectOccurrences(orders: ReadonlyMap<string, string>): Promise<void> {
      const stored = await rows<{ name: string; id: string; status: string; runs: unknown }>(
        `select r.name, r.id, r.status, (
           select json_agg(json_build_array(e.occurrence, e.status,
             (select count(*) from artifacts a where a.execution_id = e.id),
             (select count(*) from callback_deliveries d where d.execution_id = e.id),
             (select count(*) from report_events v where v.execution_id = e.id and v.kind = 'completed')) order by e.occurrence)
           from executions e where e.report_id = r.id) as runs
         from reports r`,
      )
      const runsOf = (count: number) => Array.from({ length: count }, (_, index) => [index, 'Completed', 1, 1, 1])
      const expected = [
        ...Array.from(
          { length: recurring },
          (_, index) => [`recurring ${index}`, `recurring-${index}`, occurrences] as const,
        ),
        ...[...orders].map(([name, id]) => [name, id, 1] as const),
      ].map(([name, id, count]) => ({ name, id, status: 'Inactive', runs: runsOf(count) }))
      const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)
      expect(stored.toSorted(byName)).toEqual(expected.toSorted(byName))
    }

    /** Every recorded file is there with the bytes that its manifest tells of. Gives how many runs were taken over. */
    async function expectFiles(): Promise<number> {
      const files = await rows<{ blob_key: string; manifest: string; claims: number }>(
        'select blob_key, manifest, claims from artifacts join executions e on e.id = execution_id',
      )
      for (const { blob_key, manifest } of files) {
        const { sha256, sizeBytes, rows: count } = JSON.parse(manifest) as Awaited<ReturnType<typeof measureFile>>
        expect([blob_key, await measureFile(blobPath(installation.folder, blob_key))]).toEqual([
          blob_key,
          { sha256, sizeBytes, rows: count },
        ])
      }
      return files.filter(({ claims }) => claims > 1).length
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
