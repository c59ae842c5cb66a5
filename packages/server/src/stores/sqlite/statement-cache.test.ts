import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createStatementCache } from './statement-cache.ts'

test('a statement is prepared once, and those not used for longest make room', () => {
  const database = new DatabaseSync(':memory:')
  const cache = createStatementCache(database)
  const used = cache.prepare('select 0')
  const unused = cache.prepare('select -1')
  for (let index = 1; index <= 500; index += 1) {
    cache.prepare(`select ${index}`)
    cache.prepare('select 0')
  }
  expect(cache.prepare('select 0')).toBe(used)
  expect(cache.prepare('select -1')).not.toBe(unused)
  database.close()
})

test('a statement says whether it returns rows', () => {
  const database = new DatabaseSync(':memory:')
  database.exec('create table t (x)')
  const cache = createStatementCache(database)
  const returnsRows = (text: string) => cache.prepare(text).returnsRows
  expect(returnsRows('select x from t')).toBe(true)
  expect(returnsRows('insert into t values (1)')).toBe(false)
  expect(returnsRows('delete from t returning x')).toBe(true)
  database.close()
})
