import type { DuckDBConnection } from '@duckdb/node-api'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseMetric } from '../src/index.ts'
import type { Dataset, Relation } from '../src/index.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { copyTo, openDuckDb, rowsOf } from './duckdb.ts'
import { compileText, newFolder, writeRows } from './sales-files.ts'

// Metrics of every shape, worked out by the engine.

const folder = newFolder()
let connection: DuckDBConnection
let relation: Relation

beforeAll(async () => {
  connection = await openDuckDb(2)
  relation = await writeRows(connection, join(folder, 'sales.parquet'), [
    { City: `'Oslo'`, Name: `'a'`, Quantity: '3', Price: '0.1', Weight: '0.1' },
    { City: `'Oslo'`, Name: `'b'`, Quantity: '4', Price: '0.2', Weight: '0.2' },
    { City: `'Oslo'`, Name: `'a'`, Quantity: 'NULL', Price: '1.5', Weight: `'nan'::DOUBLE` },
    { City: `'Rome'`, Name: 'NULL', Quantity: '0', Price: '2', Weight: '1e20' },
    { City: `'Bern'`, Name: `'c'`, Quantity: '2147483647', Price: 'NULL', Weight: 'NULL' },
  ])
})

function withMetric(text: string): Dataset {
  const parsed = parseMetric(text, salesDataset.columns)
  if (!parsed.ok) throw new Error(parsed.message)
  return { ...salesDataset, metrics: [{ name: 'M', type: parsed.type, expression: parsed.expression }] }
}

/** The metric in Bern, Oslo and Rome, as it stands in a file. */
async function inEachCity(text: string): Promise<readonly (string | null)[]> {
  const query = compileText('SELECT City, M FROM Sales TIMESPAN LIFETIME', { relation }, withMetric(text))
  return (await rowsOf(connection, query)).map(([, value]) =>
    value === null || value === undefined ? null : String(value as string | number),
  )
}

describe('a metric is worked out', () => {
  test.each([
    ['count(*)', ['1', '3', '1']],
    ['count(Name)', ['1', '3', '0']],
    ['count(DISTINCT Name)', ['1', '2', '0']],
    ['sum(Quantity)', ['2147483647', '7', '0']],
    ['sum(Price)', [null, '1.8', '2']],
    // NULL in a part of a row leaves the row out; NULL in all of them leaves nothing.
    ['sum(Price * Quantity)', [null, '1.1', '0']],
    // A number of 10^18 or more can't be added up: without it the sum would be wrong.
    ['sum(Price + Weight)', [null, '0.6', null]],
    ['sum(Weight)', [null, '0.3', null]],
    ['avg(Weight)', [null, '0.15', null]],
    // What is no number counts as absent.
    ['max(Weight)', [null, '0.2', '100000000000000000000']],
    ['count(Weight)', ['0', '2', '1']],
    ['avg(Quantity * 2)', ['4294967294', '7', '0']],
    ['max(Price - Weight)', [null, '0', '-100000000000000000000']],
    // Beyond 64 bits, and exact.
    ['sum(Quantity * Quantity * 4)', ['18446744056529682436', '100', '0']],
    // Beyond 38 digits, or on the way there.
    ['sum(Quantity * Quantity * Quantity * Quantity)', [null, '337', '0']],
    ['sum(Quantity) * sum(Quantity) * sum(Quantity) * sum(Quantity) * sum(Quantity)', [null, '16807', '0']],
    ['count(*) * sum(Quantity) * sum(Quantity) * sum(Quantity) * sum(Quantity) * 10 * 0', [null, '0', '0']],
    ['-sum(Quantity) - 1', ['-2147483648', '-8', '-1']],
    ['sum(Price) / count(*)', [null, '0.6', '2']],
    ['sum(Price) / sum(Quantity)', [null, '0.2571428571428572', null]],
    ['count(*) / (count(*) - 1)', [null, '1.5', null]],
    ['(sum(Price) + 0.25) * 2', [null, '4.1', '4.5']],
    ['count(*) * 100 / 3', ['33.333333333333336', '100', '33.333333333333336']],
  ])('%s', async (text, values) => {
    expect(await inEachCity(text)).toEqual(values)
  })

  test('filters and orders by arithmetic, selected or not', async () => {
    const dataset = withMetric('sum(Price) / count(*)')
    const text = 'SELECT City, M FROM Sales WHERE M >= 0.6 ORDER BY M TIMESPAN LIFETIME'
    const rows = await rowsOf(connection, compileText(text, { relation }, dataset))
    expect(rows.map(([city]) => city)).toEqual(['Rome', 'Oslo'])
  })
})

test('arithmetic gives the same bytes on any number of threads', async () => {
  const path = join(folder, 'many.parquet')
  await connection.run(`COPY (
    SELECT 'me' AS "Owner", DATE '2024-05-31' AS "Day", concat('c', i % 7) AS "City", concat('n', i) AS "Name",
      (i % 100)::INTEGER AS "Quantity", (i * 0.01)::DECIMAL(18, 4) AS "Price", sin(i) * 1000 AS "Weight",
      NULL AS "Secret"
    FROM range(400000) AS rows(i)) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 10000)`)
  const files: Relation = { kind: 'files', format: 'parquet', paths: [path] }
  const dataset = withMetric('sum(Weight * Price) / sum(Quantity + 1) - avg(Weight)')
  const query = compileText('SELECT City, M FROM Sales TIMESPAN LIFETIME', { relation: files }, dataset)
  const hashes = new Set<string>()
  for (const threads of [1, 2, 5, 2]) {
    const result = join(folder, 'result.csv')
    await copyTo(await openDuckDb(threads), query, result)
    hashes.add(createHash('sha256').update(readFileSync(result)).digest('hex'))
  }
  expect(hashes.size).toBe(1)
})
