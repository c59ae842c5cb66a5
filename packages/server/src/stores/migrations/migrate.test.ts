import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { openSqliteFile } from '../sqlite/open-sqlite-file.ts'
import { createSqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { initial } from './001-initial.ts'
import { lifecycle } from './002-lifecycle.ts'
import { migrate } from './migrate.ts'
import type { Migration } from './migration.ts'

let db: Kysely<Database>

beforeEach(async () => {
  db = new Kysely<Database>({ dialect: createSqliteDialect(await openSqliteFile(':memory:')) })
})
afterEach(() => db.destroy())

const first: Migration = { version: 1, name: 'first', statements: ['create table one (x integer)'] }
const second: Migration = {
  version: 2,
  name: 'second',
  statements: ['create table two (x integer)', 'insert into two (x) values (2)'],
}

const recorded = () => db.selectFrom('schema_migrations').selectAll().orderBy('version').execute()

async function tables(): Promise<readonly string[]> {
  const found = await sql<{ name: string }>`select name from sqlite_schema where type = 'table' order by name`.execute(
    db,
  )
  return found.rows.map(({ name }) => name)
}

test('steps are taken in order, once, and recorded', async () => {
  await migrate(db, [first])
  await migrate(db, [first, second])
  await migrate(db, [first, second])
  expect(await recorded()).toEqual([
    { version: 1, name: 'first' },
    { version: 2, name: 'second' },
  ])
  expect((await sql`select x from two`.execute(db)).rows).toEqual([{ x: 2 }])
})

test('a step that fails half way leaves the schema as it was', async () => {
  await migrate(db, [first])
  const broken = { ...second, statements: [...second.statements, 'create nonsense'] }
  await expect(migrate(db, [first, broken])).rejects.toThrow('nonsense')
  expect(await recorded()).toEqual([{ version: 1, name: 'first' }])
  expect(await tables()).toEqual(['one', 'schema_migrations'])
})

test('a database written by a newer version is refused in words and left as it is', async () => {
  await migrate(db, [first, second])
  await expect(migrate(db, [first])).rejects.toThrow(
    'The database has schema version 2; this Almanac knows versions up to 1. A newer Almanac has written it',
  )
  expect(await recorded()).toHaveLength(2)
})

test('the real steps make a schema that the stores can be opened on', async () => {
  await migrate(db)
  expect(await tables()).toContain('executions')
})

test('a client of an earlier version keeps its secret, whose last characters nobody knows', async () => {
  await migrate(db, [initial, lifecycle])
  await sql`insert into accounts (id, name, created_at) values ('contoso', 'Contoso', 1)`.execute(db)
  await sql`insert into clients (id, account_id, name, user_id, secret_hash, roles, webhook_secret, created_at)
    values ('client-1', 'contoso', 'Importer', '100001', '$scrypt$x', '[]', 'whsec_x', 7)`.execute(db)
  await sql`insert into keys (id, purpose, material, created_at) values ('key-1', 'link', 'x', 7)`.execute(db)
  await migrate(db)
  expect(await db.selectFrom('client_secrets').selectAll().execute()).toEqual([
    {
      id: 'client-1',
      client_id: 'client-1',
      secret_hash: '$scrypt$x',
      hint: '',
      created_at: 7,
      expires_at: null,
      last_used_at: null,
    },
  ])
  expect(await db.selectFrom('keys').select(['signs_from_at', 'ends_at']).execute()).toEqual([
    { signs_from_at: 0, ends_at: null },
  ])
})
