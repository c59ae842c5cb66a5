import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aCertificate, aClient, anAccount, anEntry, aSecret } from '../access/testing/a-client.ts'
import { verifyAuditLog } from '../access/verify-audit-log.ts'
import { anArtifact } from '../artifacts/testing/an-artifact.ts'
import { aDelivery } from '../callbacks/testing/a-delivery.ts'
import { daily, midnight, once, storeReport } from '../executions/testing/a-report.ts'
import { aQuery } from '../queries/testing/a-query.ts'
import { openStores } from '../open-stores.ts'
import { movedTables, moveStore } from './move-store.ts'
import { openPostgresStores } from './open-postgres-stores.ts'
import { openSqliteStores } from './open-sqlite-stores.ts'
import { settingsOf, usePostgres } from './postgres/testing/postgres-test-database.ts'
import { lackingInName, postgresLacking } from './postgres/testing/start-postgres.ts'

describe.skipIf(postgresLacking !== null)(`an installation that moves to PostgreSQL${lackingInName}`, () => {
  const postgres = usePostgres()
  let folder: string
  let file: string
  let filled: string
  let url: string

  beforeAll(async () => {
    filled = await mkdtemp(join(tmpdir(), 'almanac-filled-'))
    await fill(join(filled, 'almanac.db'))
  })
  afterAll(() => rm(filled, { recursive: true, force: true }))
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-move-'))
    file = join(folder, 'almanac.db')
    url = await postgres.server.createDatabase()
    await copyFile(join(filled, 'almanac.db'), file)
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** Something in every table: reports that wait, run, have ended and are paused, and what belongs to them. */
  async function fill(into: string): Promise<void> {
    const stores = await openSqliteStores(into)
    const { reports, executions, clients, credentials, deliveries } = stores
    await stores.installation.getOrSet('tenantId', 'tenant')
    await clients.putAccount(anAccount(), anEntry())
    await clients.insertClient(aClient(), { kind: 'secret', secret: aSecret() }, anEntry())
    await credentials.insertCertificate(aCertificate(), { most: 2, now: 1 }, anEntry())
    await credentials.useAssertion({ clientId: 'client-1', id: 'x', endsAt: 9 }, 1)
    const user = { id: 'user', clientId: 'client-1', name: 'jo@example.com', passwordHash: 'h', createdAt: 1 }
    await stores.users.insertUser(user, anEntry())
    await stores.users.insertRefreshToken({
      hash: 'refresh',
      familyId: 'family',
      clientId: 'client-1',
      userId: 'user',
      createdAt: 1,
      endsAt: 9,
    })
    await stores.usedLinks.use({ id: 'link', endsAt: 9 }, 1)
    const key = { id: 'k', purpose: 'link', material: 'm', createdAt: 1, signsFromAt: 1, endsAt: null } as const
    await stores.keys.insertFirst(key)
    await stores.queries.insertWithin(aQuery(), 9)
    for (let index = 0; index < 1_100; index += 1) {
      await storeReport(reports, {
        id: `later-${index}`,
        schedule: once(midnight + 1_000 + index),
        clientId: `c-${index % 5}`,
      })
    }
    await storeReport(reports, { id: 'done', schedule: daily(midnight - 2) })
    await storeReport(reports, { id: 'runs', schedule: daily(midnight - 1) })
    const lease = { token: 'first', owner: 'worker', now: midnight, expiresAt: midnight + 60_000 }
    const done = await executions.claimDue(lease, () => ({
      executionId: 'done.1',
      occurrence: 1,
      scheduledAt: midnight + 9,
    }))
    const executionId = done?.id ?? ''
    const ofRun = { executionId, reportId: 'done' }
    const result = { finishedAt: midnight, artifact: anArtifact(ofRun), delivery: aDelivery(ofRun) }
    await executions.complete(executionId, 'first', result)
    const owed = await deliveries.claimDue({ ...lease, now: midnight * 2 })
    const attempt = { startedAt: midnight, durationMs: 1, responseStatus: 500, error: 'No.' }
    await deliveries.recordAttempt(owed?.id ?? '', 'first', attempt, { kind: 'retry', dueAt: midnight + 5 })
    await executions.claimDue({ ...lease, token: 'second' }, () => undefined)
    await stores.idempotency.begin({
      clientId: 'c',
      key: 'k',
      fingerprint: 'f',
      now: 9,
      leaseEndsAt: 10,
      forgetBeforeAt: 1,
    })
    await stores.close()
  }

  const rowsOf = (table: string) => {
    const source = new DatabaseSync(file, { readOnly: true })
    try {
      return source
        .prepare(`select * from ${table}`)
        .all()
        .map((row) => JSON.stringify(row))
        .toSorted()
    } finally {
      source.close()
    }
  }

  test('takes along every row as it stands: ids, counts, what waits and what somebody holds', async () => {
    const before = new Map(movedTables.map((table) => [table, rowsOf(table)]))
    expect([...before].filter(([, rows]) => rows.length === 0)).toEqual([])
    const moved = await moveStore(file, url)
    expect(moved).toEqual([...before].map(([table, rows]) => ({ table, rows: rows.length })))
    const database = new URL(url).pathname.slice(1)
    for (const [table, rows] of before) {
      const stored = await postgres.server.run(`select * from ${table}`, database)
      // The administrator's driver gives integers of 64 bits as texts.
      const columns = Object.keys(JSON.parse(rows[0] ?? '{}') as object)
      const asThere = (row: Readonly<Record<string, unknown>>) =>
        JSON.stringify(columns.map((column) => (row[column] === null ? null : String(row[column] as string | number))))
      expect([table, stored.map(asThere).toSorted()]).toEqual([
        table,
        rows.map((row) => asThere(JSON.parse(row) as Record<string, unknown>)).toSorted(),
      ])
    }
  })

  test('goes on there: what waits is claimed in its order, what ran when its lease ends, and the audit log is whole', async () => {
    await moveStore(file, url)
    const stores = await openPostgresStores(settingsOf(url))
    const { faults, lines } = await verifyAuditLog(stores.audit, null)
    expect([faults, lines]).toEqual([[], 4])
    await stores.audit.append(anEntry())
    expect((await stores.audit.head()).number).toBe(5)
    const claim = async (now: number) =>
      (
        await stores.executions.claimDue(
          { token: `${now}`, owner: 'w', now, expiresAt: now + 1_000_000 },
          () => undefined,
        )
      )?.id
    expect(await claim(midnight + 8)).toBeUndefined()
    expect(await claim(midnight + 9)).toBe('done.1')
    expect(await claim(midnight + 1_000)).toBe('later-0.0')
    expect(await claim(midnight + 60_000)).toBe('later-1.0')
    await stores.close()
  })

  test('is refused while a server has the file, and has moved nothing', async () => {
    const server = await openSqliteStores(file)
    await expect(moveStore(file, url)).rejects.toThrow('is in use: stop the server that runs on it')
    await server.close()
    await moveStore(file, url)
  })

  test('moves once: neither the file nor the database takes part in another move, and no server starts on the file', async () => {
    await moveStore(file, url)
    const other = await postgres.server.createDatabase()
    await expect(moveStore(file, other)).rejects.toThrow('was moved to PostgreSQL at 127.0.0.1')
    await expect(openStores({ dataFolder: folder, database: null })).rejects.toThrow('Set database.url to it')
    await copyFile(join(filled, 'almanac.db'), join(folder, 'again.db'))
    await expect(moveStore(join(folder, 'again.db'), url)).rejects.toThrow('is not empty')
  })

  test('by an Almanac that is older than either schema is refused: it would leave behind what it does not know', async () => {
    const step = `insert into schema_migrations values (99, 'from the future', 1)`
    await (await openPostgresStores(settingsOf(url))).close()
    await postgres.server.run(step, new URL(url).pathname.slice(1))
    await expect(moveStore(file, url)).rejects.toThrow(/^The database 127[^ ]+ has the schema of a newer Almanac/)

    const source = new DatabaseSync(file)
    source.exec(step)
    source.close()
    await expect(moveStore(file, await postgres.server.createDatabase())).rejects.toThrow(
      `The database ${file} has the schema of a newer Almanac. Move it with that one: nothing was moved.`,
    )
    await (await openStores({ dataFolder: folder, database: null })).close()
  })

  test('a broken audit log moves nothing', async () => {
    const source = new DatabaseSync(file)
    source.exec(`update audit_log set entry = replace(entry, 'account', 'acount') where number = 2`)
    source.close()
    await expect(moveStore(file, url)).rejects.toThrow('The audit log is not whole: line 2')
    const stores = await openPostgresStores(settingsOf(url))
    expect(await stores.installation.find('tenantId')).toBeUndefined()
    await stores.close()
    await (await openStores({ dataFolder: folder, database: null })).close()
  })
})
