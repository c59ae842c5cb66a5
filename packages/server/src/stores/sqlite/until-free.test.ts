import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DatabaseSync } from 'node:sqlite'
import { refusal } from '../../kernel/testing/refusal.ts'
import { openSqliteFile } from './open-sqlite-file.ts'
import { isBusy, statementError } from './sqlite-error.ts'
import { makeSqliteTestDatabase } from './testing/sqlite-test-database.ts'
import { untilFree } from './until-free.ts'

let database: Awaited<ReturnType<typeof makeSqliteTestDatabase>>
let one: DatabaseSync
let other: DatabaseSync

beforeEach(async () => {
  database = await makeSqliteTestDatabase()
  one = await openSqliteFile(database.file)
  other = await openSqliteFile(database.file)
  one.exec('create table t (x)')
})
afterEach(async () => {
  one.close()
  other.close()
  await database.remove()
})

test('a statement waits for the writer of another connection in the same process, and the event loop goes on', async () => {
  one.exec('begin immediate')
  const waiting = untilFree(() => other.exec('insert into t values (1)'))
  setImmediate(() => one.exec('commit'))
  await waiting
  expect(one.prepare('select count(*) as count from t').get()).toEqual({ count: 1 })
})

test('a writer that hangs is not waited for for ever: the caller is told to come back', async () => {
  one.exec('begin immediate')
  const error: unknown = await untilFree(() => other.exec('insert into t values (1)'), [0, 0]).catch((e: unknown) => e)
  expect(isBusy(error)).toBe(true)
  expect(statementError(error, 'insert')).toEqual(
    refusal('too_busy', { retryAfterSeconds: 1, sentence: 'The database is busy. Try again.' }),
  )
  one.exec('commit')
  expect(one.prepare('select count(*) as count from t').get()).toEqual({ count: 0 })
})

test('any other error is thrown at once', async () => {
  let tries = 0
  const work = () => {
    tries += 1
    one.exec('insert into nowhere values (1)')
  }
  await expect(untilFree(work)).rejects.toThrow('no such table: nowhere')
  expect(tries).toBe(1)
})
