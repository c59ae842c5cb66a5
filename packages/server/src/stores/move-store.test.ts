import { Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Database } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { movedTables } from './move-store.ts'
import { openSqliteFile } from './sqlite/open-sqlite-file.ts'
import { createSqliteDialect } from './sqlite/sqlite-dialect.ts'

test('every table of the schema moves, but the one that says which schema it is', async () => {
  const db = new Kysely<Database>({ dialect: createSqliteDialect(await openSqliteFile(':memory:')) })
  await migrate(db)
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(db)
  await db.destroy()
  const tables = rows.map(({ name }) => name).filter((name) => !/^(sqlite_|schema_migrations$)/.test(name))
  expect([...movedTables].toSorted()).toEqual(tables.toSorted())
})
