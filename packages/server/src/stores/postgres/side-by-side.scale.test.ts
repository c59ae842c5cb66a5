import { setTimeout } from 'node:timers/promises'
import { Kysely } from 'kysely'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { aClient, anAccount, anEntry } from '../../access/testing/a-client.ts'
import { verifyAuditLog } from '../../access/verify-audit-log.ts'
import { anArtifact } from '../../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../../callbacks/testing/a-delivery.ts'
import type { NextOccurrence } from '../../executions/execution-store.ts'
import { midnight, once, storeReport } from '../../executions/testing/a-report.ts'
import { seededRandom } from '../../../../query/src/testing/seeded-random.ts'
import type { Report } from '../../reports/report.ts'
import type { Database } from '../database.ts'
import { migrate, migrations } from '../migrations/migrate.ts'
import type { Stores } from '../stores.ts'
import { openPostgresStores } from '../open-postgres-stores.ts'
import { openPostgresPool } from './open-postgres-pool.ts'
import { createPostgresDialect } from './postgres-dialect.ts'
import { settingsOf, usePostgres, type PostgresTestDatabase } from './testing/postgres-test-database.ts'
import { lackingInName, postgresLacking } from './testing/start-postgres.ts'

const hour = 3_600_000

/** Every hour up to the last of `count`. */
const hourly = (count: number): Report['schedule'] => ({
  kind: 'recurring',
  startAt: midnight,
  firstAt: midnight,
  intervalHours: 1,
  count,
  endAt: null,
})
const following = ({ id, schedule }: Report, occurrence: number): NextOccurrence | undefined =>
  schedule.kind === 'recurring' && occurrence + 1 < (schedule.count ?? 0)
    ? {
        executionId: `${id}.${occurrence + 1}`,
        occurrence: occurrence + 1,
        scheduledAt: midnight + (occurrence + 1) * hour,
      }
    : undefined

// What SQLite does one after the other happens at once here: each of these has its lock (see `transactions.ts`).
describe.skipIf(postgresLacking !== null)(`writers side by side on PostgreSQL${lackingInName}`, () => {
  const postgres = usePostgres()
  let database: PostgresTestDatabase
  let connections: Stores[]
  beforeEach(async () => {
    database = await postgres.make()
    connections = await Promise.all(Array.from({ length: 3 }, () => database.connect()))
  })
  afterEach(async () => {
    for (const stores of connections) await stores.close()
    await database.remove()
  })
  const rows = <Row>(statement: string) =>
    postgres.server.run(statement, new URL(database.url).pathname.slice(1)) as Promise<readonly Row[]>

  let tokens = 0
  async function claim({ executions }: Stores) {
    const token = `token-${(tokens += 1)}`
    const now = midnight + 100 * hour
    return executions.claimDue({ token, owner: 'worker', now, expiresAt: now + hour }, following)
  }
  async function complete({ executions }: Stores, run: NonNullable<Awaited<ReturnType<typeof claim>>>) {
    const of = { executionId: run.id, reportId: run.reportId }
    return executions.complete(run.id, run.lease.token, {
      finishedAt: midnight,
      artifact: anArtifact({ id: `file of ${run.id}`, ...of }),
      delivery: aDelivery({ id: `callback of ${run.id}`, ...of }),
    })
  }

  test('many workers claim each execution once, and wait for nobody at the head of the queue', async () => {
    const [first] = connections
    for (let index = 0; index < 120; index += 1) {
      await storeReport((first as Stores).reports, { id: `report-${index}`, schedule: once(midnight) })
    }
    const claimed: string[] = []
    await Promise.all(
      Array.from({ length: 12 }, async (_, worker) => {
        const stores = connections[worker % 3] as Stores
        for (let run = await claim(stores); run !== undefined; run = await claim(stores)) claimed.push(run.id)
      }),
    )
    expect([claimed.length, new Set(claimed).size]).toEqual([120, 120])
  })

  test('a refresh token that comes twice ends its whole family, also the token that is just being exchanged', async () => {
    const [first, second, third] = connections as [Stores, Stores, Stores]
    await first.clients.putAccount(anAccount(), anEntry())
    await first.clients.insertClient(aClient(), null, anEntry())
    const user = { id: 'user', clientId: 'client-1', name: 'jo@example.com', passwordHash: 'h', createdAt: 1 }
    await first.users.insertUser(user, anEntry())
    const times = { createdAt: 1, endsAt: hour }
    const take = ({ users }: Stores, hash: string, next: string) =>
      users.takeRefreshToken({ hash, clientId: 'client-1' }, { ...times, hash: next })
    for (let family = 0; family < 150; family += 1) {
      const named = (name: string) => `${family} ${name}`
      const token = { hash: named('stolen'), familyId: named('family'), clientId: 'client-1', userId: 'user' }
      await first.users.insertRefreshToken({ ...token, ...times })
      await take(first, named('stolen'), named('owner 1'))
      await Promise.all([
        take(second, named('owner 1'), named('owner 2')),
        take(third, named('stolen'), named('thief')),
      ])
    }
    expect(await rows('select hash from refresh_tokens')).toEqual([])
  })

  test('reports are changed, run, paused and deleted at once: none stands still, none runs twice, none is without its lock', async () => {
    const random = seededRandom(7)
    const [first] = connections
    const { reports } = first as Stores
    const ids = Array.from({ length: 8 }, (_, index) => `report-${index}`)
    for (const id of ids) await storeReport(reports, { id, schedule: hourly(60) })
    const deleted = new Set<string>()
    const over = new AbortController()

    const working = Array.from({ length: 6 }, async (_, worker) => {
      const stores = connections[worker % 3] as Stores
      for (;;) {
        const run = await claim(stores)
        if (run !== undefined) await complete(stores, run)
        else if (over.signal.aborted) return
        else await setTimeout(5)
      }
    })
    const changing = Array.from({ length: 4 }, async (_, worker) => {
      const { reports } = connections[worker % 3] as Stores
      for (let change = 0; change < 60; change += 1) {
        const id = random.one(ids)
        const isPause = random.chance(0.5)
        await reports.change('account-1', 'cmp', id, {
          executionId: `${id}.new-${worker}-${change}`,
          activeReports: 1_000,
          decide: ({ report, waitingAt }) => {
            const status =
              report.status === 'Inactive' || waitingAt === null ? report.status : isPause ? 'Paused' : 'Active'
            const event = { at: midnight, kind: isPause ? 'paused' : 'resumed', detail: null } as const
            return { report: { ...report, status }, waitingAt, grid: 'same', event }
          },
        })
      }
    })
    const deleting = (async () => {
      for (const id of ids.slice(0, 3)) {
        await setTimeout(150)
        const source = { actor: { kind: 'server' }, requestId: null, address: null } as const
        expect(await reports.delete('account-1', 'cmp', id, { source, at: midnight })).toBeDefined()
        deleted.add(id)
      }
    })()
    await Promise.all([...changing, deleting])
    // Whatever was paused last goes on.
    for (const id of ids) {
      await reports.change('account-1', 'cmp', id, {
        executionId: `${id}.last`,
        activeReports: 1_000,
        decide: ({ report, waitingAt }) => ({
          report: { ...report, status: waitingAt === null ? report.status : 'Active' },
          waitingAt,
          grid: 'same',
          event: null,
        }),
      })
    }
    over.abort()
    await Promise.all(working)

    const left = ids.filter((id) => !deleted.has(id))
    const stored = await rows<object>(
      `select r.id, r.status, r.started_count as started, count(*)::int as runs, count(distinct occurrence)::int as occurrences,
         bool_and(e.status = 'Completed') as all_completed, bool_and(e.claims = 1) as claimed_once
       from reports r join executions e on e.report_id = r.id group by r.id order by r.id`,
    )
    expect(stored).toEqual(
      left.map((id) => ({
        id,
        status: 'Inactive',
        started: 60,
        runs: 60,
        occurrences: 60,
        all_completed: true,
        claimed_once: true,
      })),
    )
  })

  test('a client that creates reports everywhere at once gets no more than its limit', async () => {
    const created = await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        (connections[index % 3] as Stores).reports.insertWithin(
          { ...reportOf(`report-${index}`) },
          { executionId: `report-${index}.0`, scheduledAt: midnight },
          { activeReports: 5, executeNow: { limit: 100, sinceAt: 0 }, queuedExports: { limit: 100, dueAt: 0 } },
        ),
      ),
    )
    expect(created.filter((outcome) => outcome === 'inserted')).toHaveLength(5)
    expect(await rows('select count(*)::int as count from reports')).toEqual([{ count: 5 }])
  })

  test('lines of the audit log that are added everywhere at once are one chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => (connections[index % 3] as Stores).audit.append(anEntry(), anEntry())),
    )
    const verdict = await verifyAuditLog((connections[0] as Stores).audit, null)
    expect([verdict.faults, verdict.lines]).toEqual([[], 120])
  })

  test('two that rotate a key leave one that has no end', async () => {
    const key = { purpose: 'token', material: 'm', createdAt: 1, signsFromAt: 1, endsAt: null } as const
    await Promise.all(
      connections.map((stores, index) =>
        stores.keys.rotate(
          { ...key, id: `key-${index}` },
          { othersEndAt: 9, forgetBeforeAt: 0 },
          anEntry('key.rotated'),
        ),
      ),
    )
    const keys = await (connections[0] as Stores).keys.list('token')
    expect(keys.filter(({ endsAt }) => endsAt === null)).toHaveLength(1)
  })

  test('what one tells, the others hear at once', async () => {
    const over = new AbortController()
    const heard: string[] = []
    let hears = Promise.withResolvers<void>()
    connections[1]?.shared?.listen((hint) => {
      heard.push(hint)
      if (hint === 'callbacks') hears.resolve()
    }, over.signal)
    // Both come by themselves when it begins to listen: they may have been told before.
    await hears.promise
    expect(heard).toEqual(['executions', 'callbacks'])
    hears = Promise.withResolvers()
    // A newer process may tell of more: who doesn't know it looks by itself every few seconds.
    await rows(`select pg_notify('almanac', 'of the future')`)
    connections[0]?.shared?.tell('callbacks')
    await hears.promise
    expect(heard).toEqual(['executions', 'callbacks', 'callbacks'])
    over.abort()
  })

  describe('an upgrade', () => {
    const name = () => new URL(database.url).pathname.slice(1)
    const takeStep = async (statement: string, oldestCompatible: number | null) => {
      await postgres.server.run(statement, name())
      await postgres.server.run(
        `insert into schema_migrations values (99, 'from the future', ${oldestCompatible})`,
        name(),
      )
    }
    afterEach(async () => {
      await postgres.server.run('alter table reports drop column if exists of_the_future', name())
      await postgres.server.run('delete from schema_migrations where version = 99', name())
    })

    test('that adds: who runs goes on, and one that starts again works beside the newer schema', async () => {
      const [first] = connections
      await storeReport((first as Stores).reports, { id: 'before', schedule: once(midnight) })
      await takeStep('alter table reports add column of_the_future text not null default 1', migrations.length)
      const again = await database.connect()
      for (const stores of [first as Stores, again]) {
        const run = await claim(stores)
        expect(run && (await complete(stores, run))).toBe(true)
        expect(await stores.whyOutdated()).toBeNull()
        await storeReport(stores.reports, { id: 'after', schedule: once(midnight) }).catch(() => undefined)
      }
      await again.close()
    })

    test('that says nothing of older ones: who runs hears of it, and one that starts again is refused in words', async () => {
      const [first] = connections
      await takeStep('alter table reports add column of_the_future text', null)
      expect(await first?.whyOutdated()).toContain('The database has schema version 99')
      await expect(database.connect()).rejects.toThrow('The database has schema version 99')
    })

    test('of a database made before steps said who may go on: what is lacking is added', async () => {
      await postgres.server.run('alter table schema_migrations drop column oldest_compatible', name())
      await (await database.connect()).close()
      const steps = await postgres.server.run('select oldest_compatible from schema_migrations', name())
      expect(steps).toEqual(migrations.map(() => ({ oldest_compatible: null })))
    })

    test('waits for whoever holds a table, a dump for one, and lets nobody wait behind it for long', async () => {
      const db = new Kysely<Database>({
        dialect: createPostgresDialect(openPostgresPool({ url: database.url, connections: 1 }, 'unlimited')),
      })
      const holder = new Client({ connectionString: database.url })
      await holder.connect()
      await holder.query('begin')
      await holder.query('select * from reports limit 1')
      const version = migrations.length + 1
      const step = {
        version,
        name: 'next',
        oldestCompatible: version - 1,
        statements: ['alter table reports add column of_the_future text'],
      }
      let isTaken = false
      const migrated = migrate(db, [...migrations, step]).then(() => (isTaken = true))
      let longestMs = 0
      const endAt = performance.now() + 4_000
      while (performance.now() < endAt) {
        const askedAt = performance.now()
        await connections[0]?.reports.find('account-1', 'cmp', 'none')
        longestMs = Math.max(longestMs, performance.now() - askedAt)
      }
      expect(isTaken).toBe(false)
      await holder.end()
      await migrated
      // Behind the step, they have waited; but no longer than it waits itself.
      expect(longestMs).toBeGreaterThan(500)
      expect(longestMs).toBeLessThan(2_500)
      await db.destroy()
      await postgres.server.run(`delete from schema_migrations where version = ${version}`, name())
    })
  })

  test('several that start at once on an empty database make its schema once', async () => {
    const url = await postgres.server.createDatabase()
    const started = await Promise.all(Array.from({ length: 4 }, () => openPostgresStores(settingsOf(url))))
    const ids = await Promise.all(
      started.map(({ installation }, index) => installation.getOrSet('tenantId', `${index}`)),
    )
    expect(new Set(ids).size).toBe(1)
    for (const stores of started) await stores.close()
    await postgres.server.dropDatabase(url)
  })
})

function reportOf(id: string): Report {
  return {
    id,
    accountId: 'account-1',
    clientId: 'client-1',
    program: 'cmp',
    user: '1',
    name: id,
    description: null,
    queryId: 'q',
    queryText: 'SELECT OrderId FROM Orders',
    schedule: hourly(2),
    format: 'csv',
    neutralizeFormulas: false,
    callback: null,
    status: 'Active',
    createdAt: midnight,
    modifiedAt: null,
  }
}
