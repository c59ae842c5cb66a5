import { DuckDBInstance } from '@duckdb/node-api'
import { expect, test } from 'vitest'
import type { ColumnSample } from '../datasets/dataset-sample.ts'
import { columnExpression } from './column-expression.ts'
import { createWorld } from './create-world.ts'
import { sampleAccounts } from './sample-accounts.ts'

const hostile = `Robert'); DROP TABLE orders; --"\n`

test('names and values with quotes stay names and values', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  const accounts = sampleAccounts(1, 1).map(({ id }) => ({ id, name: hostile }))
  await createWorld(connection, { accounts, usageRows: 1, seed: 1, referenceAt: Date.UTC(2024, 0, 1) })

  const sample: ColumnSample = {
    kind: 'weights',
    weights: [{ value: hostile, weight: 3 }],
    nullWeight: 0,
    by: 'n',
    salt: hostile,
  }
  const expression = columnExpression({ name: hostile, type: 'string' }, sample)
  const result = await connection.runAndReadAll(`SELECT ${expression} FROM range(2) AS numbers(n)`)
  expect(result.getRowObjects()).toEqual([{ [hostile]: hostile }, { [hostile]: hostile }])
  const names = await connection.runAndReadAll('SELECT account_name FROM accounts')
  expect(names.getRows()).toEqual([[hostile]])
  instance.closeSync()
})

test('values come about as often as they weigh, the same for the same key, and not at all without one', async () => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await createWorld(connection, {
    accounts: sampleAccounts(1, 1),
    usageRows: 1,
    seed: 1,
    referenceAt: Date.UTC(2024, 0, 1),
  })
  const sample: ColumnSample = {
    kind: 'weights',
    weights: [
      { value: 'common', weight: 8 },
      { value: 'rare', weight: 1 },
    ],
    nullWeight: 1,
    by: 'CASE WHEN n < 10000 THEN n // 2 END',
    salt: 'x',
  }
  const expression = columnExpression({ name: 'v', type: 'string' }, sample)
  const result = await connection.runAndReadAll(`
    SELECT count(*) FILTER (v = 'common'), count(*) FILTER (v = 'rare'), count(*) FILTER (n >= 10000 AND v IS NOT NULL),
      count(*) FILTER (n % 2 = 1 AND v IS DISTINCT FROM before)
    FROM (SELECT *, lag(v) OVER (ORDER BY n) AS before FROM (SELECT n, ${expression} FROM range(10010) AS numbers(n)))`)
  const [common = 0, rare = 0, withoutKey, unlike] = (result.getRows()[0] ?? []).map(Number)
  expect(common / 10_000).toBeCloseTo(0.8, 1)
  expect(rare / 10_000).toBeCloseTo(0.1, 1)
  expect([withoutKey, unlike]).toEqual([0, 0])
  instance.closeSync()
})
