import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { createCheckpointer } from './checkpointer.ts'
import { openSqliteFile } from './open-sqlite-file.ts'
import { createSqliteDialect } from './sqlite-dialect.ts'

interface Tables {
  readonly notes: { readonly text: string }
}

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-checkpointer-'))
  const file = join(folder, 'almanac.db')
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(await openSqliteFile(file), createCheckpointer(file)) })
  onTestFinished(async () => {
    await db.destroy()
    await rm(folder, { recursive: true })
  })
  await sql`create table notes (text text not null)`.execute(db)
  return { folder, file, db }
}

const text = 'x'.repeat(2_000)
const note = (db: Kysely<Tables>) => db.insertInto('notes').values({ text }).execute()

test('the log is copied into the database while the work goes on, and begins anew', async () => {
  const { file, db } = await open()
  const logBytes = async () => (await stat(`${file}-wal`)).size
  // Until the thread has come to its first copy: the commits themselves would copy at forty thousand pages.
  while ((await stat(file)).size < 1_000_000) await note(db)
  const firstBytes = await logBytes()
  let writtenBytes = 0
  let begunAnew = 0
  // Each writes two pages at least. A log that only grew would hold them all.
  for (let count = 0; count < 10_000; count++) {
    await note(db)
    writtenBytes += 8_192
    if (count % 500 === 0 && (await logBytes()) < firstBytes + writtenBytes) begunAnew += 1
  }
  expect(begunAnew).toBeGreaterThan(0)
  expect(await logBytes()).toBeLessThan(firstBytes + writtenBytes)
  expect((await stat(file)).size).toBeGreaterThan(8_000 * text.length)
})

test('a transaction counts once, and one that is rolled back not at all', async () => {
  let writes = 0
  const counting = { wrote: () => (writes += 1), close: async () => undefined }
  const { file } = await open()
  const db = new Kysely<Tables>({ dialect: createSqliteDialect(await openSqliteFile(file), counting) })
  await note(db)
  await db.transaction().execute(async (tx) => {
    await note(tx)
    await note(tx)
  })
  await expect(
    db.transaction().execute(async (tx) => {
      await note(tx)
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await db.selectFrom('notes').selectAll().execute()
  expect(writes).toBe(2)
  await db.destroy()
})

test('closing ends the thread first, so that no log is left behind', async () => {
  const { file, db } = await open()
  for (let count = 0; count < 1_100; count++) await note(db)
  await db.destroy()
  expect([existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toEqual([false, false])
  const reader = new DatabaseSync(file, { readOnly: true })
  expect(reader.prepare('select count(*) as notes from notes').get()).toEqual({ notes: 1_100 })
  reader.close()
})
