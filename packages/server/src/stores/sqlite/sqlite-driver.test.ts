import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refusal } from '../../kernel/testing/refusal.ts'
import { inSnapshot, inTransaction } from '../transactions.ts'
import { openSqliteFile } from './open-sqlite-file.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

interface Notes {
  readonly notes: { readonly id: number; readonly text: string }
}

let db: Kysely<Notes>

beforeEach(async () => {
  db = new Kysely<Notes>({ dialect: createSqliteDialect(await openSqliteFile(':memory:')) })
  await sql`create table notes (id integer primary key, text text not null)`.execute(db)
})
afterEach(() => db.destroy())

const add = (to: Kysely<Notes>, id: number, text = '') => to.insertInto('notes').values({ id, text }).execute()
const ids = async () => (await db.selectFrom('notes').select('id').orderBy('id').execute()).map(({ id }) => id)

test('a transaction that fails leaves nothing behind, and the connection serves on', async () => {
  const failing = inTransaction(db, async (tx) => {
    await add(tx, 1)
    await add(tx, 1)
  })
  await expect(failing).rejects.toBeInstanceOf(Error)
  await add(db, 2)
  expect(await ids()).toEqual([2])
})

test('what others ask for meanwhile waits for the end of a transaction and sees no half of it', async () => {
  let asked: Promise<number[]> | undefined
  await inTransaction(db, async (tx) => {
    await add(tx, 1)
    asked = ids()
    await new Promise((resolve) => setImmediate(resolve))
    await add(tx, 2)
  })
  expect(await asked).toEqual([1, 2])
})

test('several questions of one snapshot are answered in it', async () => {
  await add(db, 1)
  const counts = await inSnapshot(db, async (tx) => {
    const first = await tx.selectFrom('notes').select('id').execute()
    const second = await tx.selectFrom('notes').select('text').execute()
    return [first.length, second.length]
  })
  expect(counts).toEqual([1, 1])
})

test('closing waits for the transaction that runs; what is asked for later is refused', async () => {
  const running = inTransaction(db, async (tx) => {
    await add(tx, 1)
    await new Promise((resolve) => setImmediate(resolve))
    await add(tx, 2)
    return tx.selectFrom('notes').select('id').execute()
  })
  await new Promise((resolve) => setImmediate(resolve))
  const [rows] = await Promise.all([running, db.destroy()])
  expect(rows).toHaveLength(2)
  await expect(ids()).rejects.toThrow('destroyed')
})

test('an error names the statement, never the values', async () => {
  await add(db, 1, 'secret')
  const error: unknown = await add(db, 1, 'secret').catch((caught: unknown) => caught)
  expect(String(error)).toContain('insert into "notes"')
  expect(String(error)).toContain('1555')
  expect(String(error)).not.toContain('secret')
})

test('a disk that is full is a refusal to come back later; what was begun is undone, and the connection serves on', async () => {
  await add(db, 1)
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  await sql`pragma max_page_count = ${sql.lit(rows[0]?.page_count)}`.execute(db)
  const large = 'x'.repeat(100_000)
  const full = refusal('store_full', { retryAfterSeconds: 60 })
  await expect(add(db, 2, large)).rejects.toEqual(full)
  const several = inTransaction(db, async (tx) => {
    await add(tx, 3)
    await add(tx, 4, large)
  })
  await expect(several).rejects.toEqual(full)
  expect(await ids()).toEqual([1])
  await sql`pragma max_page_count = 1000000`.execute(db)
  await add(db, 2, large)
  expect(await ids()).toEqual([1, 2])
})
