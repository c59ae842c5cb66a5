import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../database.ts'
import { openSqliteFile } from '../sqlite/open-sqlite-file.ts'
import { createSqliteDialect } from '../sqlite/sqlite-dialect.ts'
import { initial } from './001-initial.ts'
import { lifecycle } from './002-lifecycle.ts'
import { migrate, migrations } from './migrate.ts'
import type { Migration } from './migration.ts'
import { whyOutdated } from './why-outdated.ts'

let db: Kysely<Database>

beforeEach(async () => {
  db = new Kysely<Database>({ dialect: createSqliteDialect(await openSqliteFile(':memory:')) })
})
afterEach(() => db.destroy())

const first: Migration = {
  version: 1,
  name: 'first',
  oldestCompatible: 1,
  statements: ['create table one (x integer)'],
}
const second: Migration = {
  version: 2,
  name: 'second',
  oldestCompatible: 1,
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
    { version: 1, name: 'first', oldest_compatible: 1 },
    { version: 2, name: 'second', oldest_compatible: 1 },
  ])
  expect((await sql`select x from two`.execute(db)).rows).toEqual([{ x: 2 }])
})

test('a step that fails half way leaves the schema as it was', async () => {
  await migrate(db, [first])
  const broken = { ...second, statements: [...second.statements, 'create nonsense'] }
  await expect(migrate(db, [first, broken])).rejects.toThrow('nonsense')
  expect(await recorded()).toEqual([{ version: 1, name: 'first', oldest_compatible: 1 }])
  expect(await tables()).toEqual(['one', 'schema_migrations'])
})

/** Takes away what the versions before it use. */
const third: Migration = {
  version: 3,
  name: 'third',
  oldestCompatible: 2,
  statements: ['alter table one rename to eins'],
}

test('a database that a newer version has added to is let in, and left as it is', async () => {
  expect(await migrate(db, [first, second])).toBe('own')
  const before = await recorded()
  expect(await migrate(db, [first])).toBe('newer')
  expect(await recorded()).toEqual(before)
  // The newer one goes on where it was.
  expect(await migrate(db, [first, second, third])).toBe('own')
})

test('a database that a newer version has taken something from is refused in words and left as it is', async () => {
  await migrate(db, [first, second, third])
  await expect(migrate(db, [first])).rejects.toThrow(
    "The database has schema version 3; this Almanac knows versions up to 1. A newer Almanac has written it, in a way that versions below 2 can't work with: start a newer one, or restore the backup",
  )
  expect(await migrate(db, [first, second])).toBe('newer')
  expect(await recorded()).toHaveLength(3)
})

test('what one unknown step allows, another one may forbid: the strictest counts, wherever it stands', async () => {
  const adds = {
    ...third,
    version: 4,
    name: 'fourth',
    oldestCompatible: 1,
    statements: ['create table four (x integer)'],
  }
  await migrate(db, [first, second, third, adds])
  await expect(migrate(db, [first])).rejects.toThrow('The database has schema version 4')
  expect(await migrate(db, [first, second])).toBe('newer')
})

describe('a database of an Almanac whose steps said nothing of older versions', () => {
  beforeEach(async () => {
    await sql`create table schema_migrations (version integer primary key, name text not null)`.execute(db)
    await sql`insert into schema_migrations values (1, 'first')`.execute(db)
    await sql`create table one (x integer)`.execute(db)
  })

  test('takes the steps that follow, which say it', async () => {
    await migrate(db, [first, second])
    expect(await recorded()).toEqual([
      { version: 1, name: 'first', oldest_compatible: null },
      { version: 2, name: 'second', oldest_compatible: 1 },
    ])
  })

  test('can still be written by that one: its step is noted, and lets none older in', async () => {
    await migrate(db, [first])
    await sql`insert into schema_migrations (version, name) values (2, 'second')`.execute(db)
    await expect(migrate(db, [first])).rejects.toThrow('versions below 2')
  })
})

test('who has a database open hears when it is changed in a way that this Almanac can not work with', async () => {
  await migrate(db)
  const newest = migrations.length
  expect(await whyOutdated(db)).toBeNull()
  const step = (version: number, oldest: number) =>
    db.insertInto('schema_migrations').values({ version, name: 'x', oldest_compatible: oldest }).execute()
  await step(newest + 1, newest)
  expect(await whyOutdated(db)).toBeNull()
  await step(newest + 2, newest + 1)
  expect(await whyOutdated(db)).toContain(`The database has schema version ${newest + 2}`)
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
