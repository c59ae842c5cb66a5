import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isAppError } from '../../kernel/app-error.ts'
import { DatabaseAway } from '../../kernel/database-away.ts'
import { inSnapshot, inTransaction, takeTurn } from '../transactions.ts'
import { openPostgresPool } from './open-postgres-pool.ts'
import { createPostgresDialect } from './postgres-dialect.ts'
import { usePostgres } from './testing/postgres-test-database.ts'
import { lackingInName, postgresLacking } from './testing/start-postgres.ts'

interface Notes {
  readonly notes: { readonly id: number; readonly text: string; readonly at: number }
}

describe.skipIf(postgresLacking !== null)(`the driver of PostgreSQL${lackingInName}`, () => {
  const postgres = usePostgres()
  let url: string
  let db: Kysely<Notes>

  const open = () =>
    new Kysely<Notes>({ dialect: createPostgresDialect(openPostgresPool({ url, connections: 5 }, 'limited')) })
  const add = (to: Kysely<Notes>, id: number, text = '') =>
    to.insertInto('notes').values({ id, text, at: 1_790_000_000_000 }).execute()
  const ids = async () => (await db.selectFrom('notes').select('id').orderBy('id').execute()).map(({ id }) => id)
  const killOwn = (tx: Kysely<Notes>) =>
    sql<{ pid: number }>`select pg_backend_pid() as pid`
      .execute(tx)
      .then(({ rows }) => postgres.server.run(`select pg_terminate_backend(${rows[0]?.pid})`))

  const nameIn = (address: string) => new URL(address).pathname.slice(1)

  beforeEach(async () => {
    url = await postgres.server.createDatabase()
    db = open()
    await sql`create table notes (id integer primary key, text text not null, at bigint not null)`.execute(db)
  })
  afterEach(async () => {
    await db.destroy()
    await postgres.server.dropDatabase(url)
  })

  test('integers of 64 bits and counts are numbers', async () => {
    await add(db, 1)
    const row = await db
      .selectFrom('notes')
      .select((eb) => ['at', eb.fn.countAll<number>().over().as('n')])
      .execute()
    expect(row).toEqual([{ at: 1_790_000_000_000, n: 1 }])
  })

  test('a transaction that fails leaves nothing behind, and its connection serves on', async () => {
    const failing = inTransaction(db, async (tx) => {
      await add(tx, 1)
      await add(tx, 1)
    })
    await expect(failing).rejects.toThrow('duplicate key')
    await add(db, 2)
    expect(await ids()).toEqual([2])
  })

  test('an error names the statement, never the values', async () => {
    await add(db, 1, 'secret')
    const error: unknown = await add(db, 1, 'secret').catch((caught: unknown) => caught)
    expect(String(error)).toContain('insert into "notes"')
    expect(String(error)).toContain('23505')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret')
  })

  test('a text with the character U+0000 is refused in words', async () => {
    const error: unknown = await add(db, 1, 'a\u0000b').catch((caught: unknown) => caught)
    expect(isAppError(error, 'invalid_request') && error.data.sentence).toContain('U+0000')
  })

  test('two transactions that wait for each other both come to their ends', async () => {
    await add(db, 1)
    await add(db, 2)
    const bothHold = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const change = (first: number, second: number, mine: number) =>
      inTransaction(db, async (tx) => {
        await tx
          .updateTable('notes')
          .set((eb) => ({ at: eb('at', '+', 1) }))
          .where('id', '=', first)
          .execute()
        bothHold[mine]?.resolve()
        await Promise.all(bothHold.map(({ promise }) => promise))
        await tx
          .updateTable('notes')
          .set((eb) => ({ at: eb('at', '+', 1) }))
          .where('id', '=', second)
          .execute()
      })
    await Promise.all([change(1, 2, 0), change(2, 1, 1)])
    const rows = await db.selectFrom('notes').select('at').execute()
    expect(rows.map(({ at }) => at)).toEqual([1_790_000_000_002, 1_790_000_000_002])
  })

  test('who counts and then adds has a turn: no two count before the other adds', async () => {
    const most = 3
    const addWithin = (id: number) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, 'notes')
        const { n } = await tx
          .selectFrom('notes')
          .select((eb) => eb.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow()
        if (n >= most) return false
        await add(tx, id)
        return true
      })
    const added = await Promise.all(Array.from({ length: 12 }, (_, id) => addWithin(id)))
    expect(added.filter(Boolean)).toHaveLength(most)
    expect(await ids()).toHaveLength(most)
  })

  test('a read whose connections were all cut is asked again over others', async () => {
    await add(db, 1)
    await Promise.all(Array.from({ length: 5 }, ids))
    expect(await postgres.server.cutConnections()).toBeGreaterThan(1)
    expect(await Promise.all(Array.from({ length: 5 }, ids))).toEqual(Array.from({ length: 5 }, () => [1]))
  })

  test('a transaction whose connection is cut before its commit begins anew, and is done once', async () => {
    let tries = 0
    await inTransaction(db, async (tx) => {
      tries += 1
      await add(tx, 1)
      if (tries === 1) await killOwn(tx)
      await add(tx, 2)
    })
    expect([tries, await ids()]).toEqual([2, [1, 2]])
  })

  test('statements that are planned already go on when a newer process adds a column', async () => {
    await add(db, 1)
    const all = () => db.selectFrom('notes').selectAll().execute()
    const change = (times: number) =>
      inTransaction(db, async (tx) => {
        const [row] = await tx.selectFrom('notes').selectAll().execute()
        await tx
          .updateTable('notes')
          .set({ at: (row?.at ?? 0) + times })
          .where('id', '=', 1)
          .returningAll()
          .execute()
      })
    const addAt = (at: number) => db.updateTable('notes').set({ at }).where('id', '=', 1).returningAll().execute()
    for (let round = 0; round < 6; round += 1) {
      await Promise.all(Array.from({ length: 5 }, all))
      await change(0)
      await addAt(round)
    }
    const planned = await sql<{ n: number }>`select count(*)::int as n from pg_prepared_statements`.execute(db)
    expect(planned.rows[0]?.n).toBeGreaterThan(0)
    await postgres.server.run(`alter table notes add column extra integer not null default 7`, nameIn(url))
    expect(await Promise.all(Array.from({ length: 5 }, all))).toEqual(
      Array.from({ length: 5 }, () => [{ id: 1, text: '', at: 5, extra: 7 }]),
    )
    await postgres.server.run(`alter table notes drop column extra`, nameIn(url))
    await change(10)
    await postgres.server.run(`alter table notes add column extra integer`, nameIn(url))
    expect(await addAt(20)).toEqual([{ id: 1, text: '', at: 20, extra: null }])
  })

  test('a statement whose plan the connection has forgotten is planned again', async () => {
    await add(db, 1)
    for (let round = 0; round < 6; round += 1) await ids()
    await sql`deallocate all`.execute(db)
    expect(await ids()).toEqual([1])
  })

  test('a snapshot whose connection is cut is read again as a whole', async () => {
    await add(db, 1)
    let tries = 0
    const read = await inSnapshot(db, async (tx) => {
      tries += 1
      const first = await tx.selectFrom('notes').select('id').execute()
      if (tries === 1) await killOwn(tx)
      return [...first, ...(await tx.selectFrom('notes').select('id').execute())]
    })
    expect([tries, read]).toEqual([2, [{ id: 1 }, { id: 1 }]])
  })

  test('a lost answer to a commit is told as such and never tried again: it may have been done', async () => {
    let tries = 0
    const gone = inTransaction(db, async (tx) => {
      tries += 1
      await add(tx, 1)
      await sql`set local idle_in_transaction_session_timeout = 1`.execute(tx)
      // Cut while nothing is asked: the commit is what finds out.
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    const error: unknown = await gone.catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DatabaseAway)
    expect([(error as DatabaseAway).nothingDone, tries]).toEqual([false, 1])
    expect(await ids()).toEqual([])
  })

  test('a restart is waited for; a database that stays away is told of after three seconds', async () => {
    await add(db, 1)
    await postgres.server.stop('immediate')
    const startedAt = performance.now()
    const error: unknown = await ids().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DatabaseAway)
    expect(performance.now() - startedAt).toBeLessThan(6_000)
    const patient = ids()
    await postgres.server.start()
    expect(await patient.catch(ids)).toEqual([1])
    await inTransaction(db, (tx) => add(tx, 2))
    expect(await ids()).toEqual([1, 2])
  })
})
