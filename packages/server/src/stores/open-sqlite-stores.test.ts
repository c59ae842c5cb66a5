import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeReport } from '../executions/testing/a-report.ts'
import { aQuery } from '../queries/testing/a-query.ts'
import { migrations } from './migrations/migrate.ts'
import { openSqliteStores } from './open-sqlite-stores.ts'
import { openSqliteFile } from './sqlite/open-sqlite-file.ts'
import type { Stores } from './stores.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-open-'))
  file = join(folder, 'not', 'yet', 'there', 'almanac.sqlite')
})
afterEach(() => rm(folder, { recursive: true }))

test('the file and its folders are made, for nobody but the owner', async () => {
  const stores = await openSqliteStores(file)
  await stores.queries.insertWithin(aQuery(), 1)
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)
  expect(await modeOf(join(folder, 'not'))).toBe('700')
  expect(await Promise.all([file, `${file}-wal`, `${file}-shm`].map(modeOf))).toEqual(['600', '600', '600'])
  await stores.close()
})

test('what was stored is there when the file is opened again', async () => {
  const before = await openSqliteStores(file)
  await before.queries.insertWithin(aQuery(), 1)
  await before.close()
  const after = await openSqliteStores(file)
  expect(await after.queries.find('account-1', 'cmp', 'query-1')).toEqual(aQuery())
  await after.close()
})

test('each commit is synced to disk, and foreign keys hold', async () => {
  const database = await openSqliteFile(file)
  const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
  expect({
    journal_mode: pragma('journal_mode'),
    synchronous: pragma('synchronous'),
    foreign_keys: pragma('foreign_keys'),
  }).toEqual({ journal_mode: 'wal', synchronous: 2, foreign_keys: 1 })
  database.close()
})

test('a database in memory needs no file', async () => {
  const stores = await openSqliteStores(':memory:')
  expect(await stores.queries.insertWithin(aQuery(), 1)).toBe('inserted')
  await stores.close()
})

test('a file that a newer Almanac has written is refused in words and left as it is', async () => {
  await (await openSqliteStores(file)).close()
  const newer = new DatabaseSync(file)
  newer.exec("insert into schema_migrations (version, name) values (99, 'from the future')")
  newer.close()
  await expect(openSqliteStores(file)).rejects.toThrow(
    `The database ${file} can't be opened: The database has schema version 99; this Almanac knows versions up to `,
  )
  const still = new DatabaseSync(file)
  expect(still.prepare('select max(version) as version from schema_migrations').get()).toEqual({ version: 99 })
  still.close()
})

test('a newer Almanac that adds to the file of a server that runs disturbs nobody, and this one starts on it again', async () => {
  const stores = await openSqliteStores(file)
  const stored = await storeReport(stores.reports, { id: 'before' })
  const find = ({ reports }: Stores, id: string) => reports.find(stored.accountId, stored.program, id)
  const before = await find(stores, 'before')
  const newer = new DatabaseSync(file)
  newer.exec(`alter table reports add column of_the_future text not null default 'as before'`)
  newer.exec(`insert into schema_migrations values (99, 'from the future', ${migrations.length})`)
  newer.close()
  const again = await openSqliteStores(file)
  for (const each of [stores, again]) {
    expect(await find(each, 'before')).toEqual(before)
    expect(await each.whyOutdated()).toBeNull()
  }
  await storeReport(stores.reports, { id: 'after' })
  expect(await find(again, 'after')).toMatchObject({ id: 'after' })
  for (const each of [stores, again]) await each.close()
})

test('a file that is no database is refused in words and left as it is', async () => {
  const letter = join(folder, 'letter.txt')
  const text = 'Dear partner, this is no database. '.repeat(100)
  await writeFile(letter, text)
  await expect(openSqliteStores(letter)).rejects.toThrow(
    `The database ${letter} can't be opened: file is not a database`,
  )
  expect(await readFile(letter, 'utf8')).toBe(text)
})

test('a folder in place of the file is refused in words', async () => {
  await expect(openSqliteStores(folder)).rejects.toThrow(`The database ${folder} can't be opened: EISDIR`)
})
