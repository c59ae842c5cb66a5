import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Relation } from '../src/index.ts'
import { arbitraryQuery } from '../src/testing/arbitrary-query.ts'
import { copyTo, openDuckDb, rowsOf } from './duckdb.ts'
import { compileText, newFolder } from './sales-files.ts'

// Rows at the ends of what the engine's types can hold. A query that has passed the check is answered whatever the rows
// are: a value that no sum can hold is no reason to fail a report.

const folder = newFolder()
const path = join(folder, 'extremes.parquet')
const relation: Relation = { kind: 'files', format: 'parquet', paths: [path] }
let connection: DuckDBConnection

const quantities = ['9223372036854775807', '-9223372036854775808', '0', '1', 'NULL']
const prices = [
  '9999999999999999999999999999.9999999999',
  '-9999999999999999999999999999.9999999999',
  '0.0000000001',
  '0',
  '12.5',
  'NULL',
]
const weights = [
  '1.7976931348623157e308',
  '-1.7976931348623157e308',
  '5e-324',
  '1e300',
  '1e30',
  '-1e26',
  '1e17',
  '2.5e-310',
  'nan',
  'inf',
  '-inf',
  '-0.0',
  '0.1',
  '123456789012.345',
]
const days = [
  '0001-01-01',
  '9999-12-31',
  '2024-05-31',
  '2024-02-29',
  '5874897-12-31',
  'infinity',
  '-infinity',
  '0044-03-15 (BC)',
]
const times = [
  '0001-01-01 00:00:00',
  '9999-12-31 23:59:59.999999',
  '2024-05-31 10:30:00',
  '1969-12-31 23:59:59.999999',
  '294246-01-01 00:00:00',
  'infinity',
  '-infinity',
]

beforeAll(async () => {
  connection = await openDuckDb(2)
  const one = (values: readonly string[], type: string, by: number): string =>
    `CAST([${values.map((value) => (value === 'NULL' ? 'NULL' : `'${value}'`)).join(', ')}][1 + (i * ${by} + i // 7) % ${values.length}] AS ${type})`
  await connection.run(
    `COPY (SELECT CASE i % 4 WHEN 0 THEN repeat('x', 5000) WHEN 1 THEN 'Ann' WHEN 2 THEN chr(1114111) END AS Name, 'c' || i % 3 AS City,
      ${one(quantities, 'BIGINT', 1)} AS Quantity, ${one(prices, 'DECIMAL(38, 10)', 1)} AS Price, ${one(weights, 'DOUBLE', 1)} AS Weight,
      i % 2 = 0 AS IsPaid, i % 3 = 0 AS IsNew, NULL::BOOLEAN AS IsOpen, ${one(days, 'DATE', 3)} AS Day,
      ${one(times, 'TIMESTAMP', 5)} AS "At", 'x' AS Secret, 'me' AS Owner FROM range(300) AS numbers(i)) TO '${path}' (FORMAT parquet)`,
  )
})

test('no query fails on them, as rows or as a file', async () => {
  const failed: unknown[] = []
  let count = 0
  for (const text of fc.sample(arbitraryQuery, { numRuns: 1000, seed: 3 })) {
    const query = compileText(text, { relation })
    try {
      count += (await rowsOf(connection, query)).length > 0 ? 1 : 0
      if (count % 20 === 0) await copyTo(connection, query, join(folder, 'result.csv'))
    } catch (error) {
      failed.push(`${text}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  expect(failed).toEqual([])
  expect(count).toBeGreaterThan(450)
}, 300_000)
