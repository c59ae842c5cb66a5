import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../packages/server/src/callbacks/testing/start-receiver.ts'
import {
  lackingInName,
  postgresLacking,
  startPostgres,
  type TestPostgres,
} from '../packages/server/src/stores/postgres/testing/start-postgres.ts'
import { call, requestToken } from './testing/call.ts'
import { openScaleInstallation, type ScaleInstallation } from './testing/scale-installation.ts'
import type { ServeOptions, ServeProcess } from './testing/serve-process.ts'
import { base, completed, createReport, saveQuery } from './testing/steps.ts'

const short = 'SELECT OfferName, AssetId FROM ISVOrder'
// Sorted by a column that it isn't stored by: long enough for clocks to matter.
const long = 'SELECT UsageDate, UsageReference, PriceCC FROM ISVUsage ORDER BY UsageReference TIMESPAN LAST_3_YEARS'

describe.skipIf(postgresLacking !== null)(
  `several processes on one PostgreSQL${lackingInName}`,
  { timeout: 240_000 },
  () => {
    let postgres: TestPostgres
    let installation: ScaleInstallation
    beforeAll(async () => {
      postgres = await startPostgres()
      installation = await openScaleInstallation(postgres, 100_000)
    })
    afterAll(async () => {
      await installation?.remove()
      await postgres?.remove()
    })

    async function start(options: Partial<ServeOptions> = {}): Promise<ServeProcess> {
      const process = await installation.start(options)
      onTestFinished(async () => void (await process.stop('SIGKILL')))
      return process
    }
    const database = () => new URL(installation.databaseUrl).pathname.slice(1)
    const stored = async (reportIds: readonly string[]) =>
      (await postgres.run(
        `select e.status, e.claims, e.attempts, (select count(*)::int from artifacts a where a.execution_id = e.id) as files
       from executions e where report_id in (${reportIds.map((id) => `'${id}'`).join(', ')})`,
        database(),
      )) as readonly { readonly status: string; readonly claims: number; readonly files: number }[]

    test('one that may not start says why and ends at once, whatever it had opened', { timeout: 60_000 }, async () => {
      const tenantId = '11111111-2222-4333-8444-555555555555'
      await expect(start({ settings: { tenantId } })).rejects.toThrow(/ended with 1 before it listened:[^]*tenantId/)
    })

    test('each does its part: one answers, one runs, one tells', async () => {
      const receiver = await startReceiver((response) => response.end())
      const [api, worker, callbacks] = await Promise.all([
        start({ roles: ['api'] }),
        start({ roles: ['worker'] }),
        start({ roles: ['callbacks'] }),
      ])
      const server = installation.at(api)
      const token = await requestToken(server)
      const queryId = await saveQuery(server, token, 'parts', short)
      const reportId = await createReport(server, token, 'parts', queryId, {
        ExecuteNow: true,
        CallbackUrl: `http://127.0.0.1:${receiver.port}/ready`,
        CallbackMethod: 'POST',
      })
      const execution = await completed(server, token, reportId)
      // Links name what the outside world calls the installation; behind it is any process that answers.
      const link = execution.reportAccessSecureLink.replace('http://almanac.test', api.url)
      expect((await (await fetch(link)).text()).split('\n')[0]).toContain('OfferName')
      while (receiver.calls.length === 0) await setTimeout(20)
      expect(api.log).not.toContain('execution completed')
      expect(callbacks.log).not.toContain('execution completed')
      expect(worker.log).toContain('execution completed')
      expect(worker.log).not.toContain('callback delivered')

      for (const process of [worker, callbacks]) {
        expect((await fetch(`${process.url}/health`)).status).toBe(200)
        expect((await fetch(`${process.url}/ready`)).status).toBe(200)
        expect((await call(process, token, 'GET', `${base}/ScheduledReport`)).status).toBe(404)
      }
      for (const process of [api, worker, callbacks]) expect(await process.stop('SIGTERM')).toBe(0)
    })

    test('what one of them is told, all of them hold: a token, a query, an idempotency key, a client that is kept out', async () => {
      const [one, other] = await Promise.all([start({ roles: ['api'] }), start({ roles: ['api'] })])
      const token = await requestToken(installation.at(one), 1)
      const queryId = await saveQuery(one, token, 'shared', short)
      const order = async ({ url }: ServeProcess) => {
        const response = await fetch(`${url}${base}/ScheduledReport`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'once' },
          body: JSON.stringify({ ReportName: 'once', QueryId: queryId, ExecuteNow: true }),
        })
        return {
          status: response.status,
          replayed: response.headers.get('idempotency-replayed'),
          body: await response.json(),
        }
      }
      const first = await order(one)
      const second = await order(other)
      expect([first.status, second.status, second.replayed]).toEqual([200, 200, 'true'])
      expect(second.body).toEqual(first.body)

      await postgres.run(
        `update clients set disabled_at = 1 where id = '${installation.at(one).clients[1]?.clientId}'`,
        database(),
      )
      const refused = async ({ url }: ServeProcess) => {
        const deadline = performance.now() + 15_000
        for (;;) {
          const { status } = await call({ url }, token, 'GET', `${base}/ScheduledReport`)
          if (status !== 200 || performance.now() > deadline) return status
          await setTimeout(200)
        }
      }
      expect(await Promise.all([refused(one), refused(other)])).toEqual([401, 401])
    })

    test('clocks that are half a minute off do no harm: no lease is taken for ended, nothing is run twice', async () => {
      const [api, fast, slow] = await Promise.all([
        start({ roles: ['api'] }),
        start({ roles: ['worker'], clockOffSeconds: 30 }),
        start({ roles: ['worker'], clockOffSeconds: -30 }),
      ])
      const server = installation.at(api)
      const token = await requestToken(server)
      const queryId = await saveQuery(server, token, 'clocks', long)
      const reportIds = await Promise.all(
        Array.from({ length: 12 }, (_, index) => createReport(server, token, `clocks ${index}`, queryId)),
      )
      await Promise.all(reportIds.map((id) => completed(server, token, id)))
      const runs = await stored(reportIds)
      expect(runs).toEqual(reportIds.map(() => ({ status: 'Completed', claims: 1, attempts: 1, files: 1 })))
      // Both have worked, and each wrote down the database's time.
      for (const { log } of [fast, slow]) expect(log).toContain('execution completed')
      const [times] = await postgres.run(
        `select bool_and(started_at >= r.created_at - 50) as began_after,
         bool_and(finished_at <= extract(epoch from clock_timestamp()) * 1000 + 50) as ended_before
       from executions e join reports r on r.id = e.report_id where r.name like 'clocks%'`,
        database(),
      )
      expect(times).toEqual({ began_after: true, ended_before: true })
    })

    test('while the database is away requests are answered 503 in words, and all goes on when it is back', async () => {
      const server = await start()
      const token = await requestToken(installation.at(server))
      const queryId = await saveQuery(server, token, 'away', long)
      const reportIds = await Promise.all(
        Array.from({ length: 4 }, (_, index) => createReport(server, token, `away ${index}`, queryId)),
      )
      await postgres.stop('immediate')
      const away = await call(server, token, 'GET', `${base}/ScheduledQueries`)
      expect([away.status, away.body.error?.code, away.headers.get('retry-after')]).toEqual([
        503,
        'database_unavailable',
        '5',
      ])
      expect(away.body.message).toContain('The database is away for the moment')
      const ready = await fetch(`${server.url}/ready`)
      expect([ready.status, await ready.json()]).toMatchObject([503, { checks: { database: 'unavailable' } }])
      // Alive all the same: a restart of this process would not bring the database back.
      expect((await fetch(`${server.url}/health`)).status).toBe(200)
      await postgres.start()
      await Promise.all(reportIds.map((id) => completed(installation.at(server), token, id)))
      expect((await stored(reportIds)).map(({ status, files }) => [status, files])).toEqual(
        reportIds.map(() => ['Completed', 1]),
      )
      expect(await server.stop('SIGTERM')).toBe(0)
    })

    test('connections that are cut again and again under load cost no request and no run', async () => {
      const [server] = await Promise.all([start(), start({ roles: ['worker'] })])
      const token = await requestToken(installation.at(server))
      const queryId = await saveQuery(server, token, 'cut', short)
      const over = new AbortController()
      const cutting = (async () => {
        let cut = 0
        while (!over.signal.aborted) {
          cut += await postgres.cutConnections()
          await setTimeout(400)
        }
        return cut
      })()
      const reportIds: string[] = []
      for (let index = 0; index < 15; index += 1) {
        // A lost answer to a commit is the one thing that can't be hidden; with a key it is asked again.
        for (;;) {
          const response = await fetch(`${server.url}${base}/ScheduledReport`, {
            method: 'POST',
            headers: {
              Authorization: `Bearer ${token}`,
              'Content-Type': 'application/json',
              'Idempotency-Key': `cut ${index}`,
            },
            body: JSON.stringify({ ReportName: `cut ${index}`, QueryId: queryId, ExecuteNow: true }),
          })
          const { value } = (await response.json()) as { readonly value: readonly { readonly reportId: string }[] }
          if (response.status === 200) {
            reportIds.push(value[0]?.reportId ?? '')
            break
          }
          expect([409, 503]).toContain(response.status)
          await setTimeout(500)
        }
      }
      over.abort()
      expect(await cutting).toBeGreaterThan(5)
      await Promise.all(reportIds.map((id) => completed(installation.at(server), token, id)))
      expect(new Set(reportIds).size).toBe(15)
      const [{ count = 0 } = {}] = await postgres.run(
        `select count(*)::int as count from reports where name like 'cut %'`,
        database(),
      )
      expect(count).toBe(15)
    })

    test('a server may start before its database, and waits for it within bounds', async () => {
      await postgres.stop('fast')
      await expect(start({ settings: { 'database.waitSeconds': 1 } })).rejects.toThrow(
        /Almanac could not start: The database 127\.0\.0\.1:\d+\/\w+ can't be opened: The database is away/,
      )
      const starting = start({ settings: { 'database.waitSeconds': 60 } })
      await setTimeout(1_500)
      await postgres.start()
      const server = await starting
      expect((await fetch(`${server.url}/ready`)).status).toBe(200)
    })
  },
)
