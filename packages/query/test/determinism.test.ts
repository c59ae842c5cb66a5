import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Relation } from '../src/index.ts'
import { copyTo, openDuckDb } from './duckdb.ts'
import { compileText, newFolder } from './sales-files.ts'

const folder = newFolder()
const relations: Relation[] = []

// Several files with several row groups each, many ties, and doubles whose sum depends on the order.
beforeAll(async () => {
  const connection = await openDuckDb(2)
  for (const format of ['parquet', 'csv'] as const) {
    const paths = [0, 1, 2].map((part) => join(folder, `part-${part}.${format}`))
    for (const [part, path] of paths.entries()) {
      const rows = `SELECT 'n' || (hash(i) % 50) AS Name, 'c' || (i % 7) AS City, (hash(i + ${part}) % 5)::INTEGER AS Quantity,
        ((hash(i) % 1000) / 7)::DECIMAL(18, 4) AS Price, (hash(i, ${part}) % 100000) / 7e3 AS Weight,
        DATE '2024-05-31' - (hash(i) % 20)::INTEGER AS Day, i AS "At", 'me' AS Owner FROM range(60000) AS numbers(i)`
      const options = format === 'parquet' ? 'FORMAT parquet, ROW_GROUP_SIZE 4096' : 'FORMAT csv, HEADER'
      await connection.run(
        `COPY (${rows.replace('i AS "At"', `TIMESTAMP '2024-05-31' AS "At"`)}) TO '${path}' (${options})`,
      )
    }
    relations.push({ kind: 'files', format, paths })
  }
})

describe.each(['parquet', 'csv'] as const)('the same bytes on each run and any number of threads: %s', (format) => {
  test.each([
    'SELECT Name, Quantity, Weight FROM Sales ORDER BY Quantity',
    'SELECT Name, Price, Weight FROM Sales ORDER BY Day ASC LIMIT 1000',
    'SELECT Name, Weight FROM Sales WHERE Quantity = 3',
    'SELECT Name, Weight FROM Sales WHERE Quantity = 3 LIMIT 500',
    'SELECT City, Quantity, TotalWeight, MeanWeight, TotalPrice, Orders FROM Sales',
    'SELECT Name, TotalWeight FROM Sales WHERE TotalWeight > 100 ORDER BY Orders LIMIT 20',
    'SELECT DISTINCT City, Quantity FROM Sales',
    'SELECT TotalWeight, MeanWeight FROM Sales',
  ])('%s', async (text) => {
    const relation = relations.find((candidate) => candidate.kind === 'files' && candidate.format === format)
    if (relation === undefined) throw new Error(`no files in ${format}`)
    const query = compileText(text, { relation })
    const hashes = new Set<string>()
    for (const threads of [1, 2, 5, 2]) {
      const path = join(folder, 'result.csv')
      await copyTo(await openDuckDb(threads), query, path)
      const bytes = readFileSync(path)
      expect(bytes.length).toBeGreaterThan(20)
      hashes.add(createHash('sha256').update(bytes).digest('hex'))
    }
    expect(hashes.size).toBe(1)
  })
})
