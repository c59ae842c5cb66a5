import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkQuery } from '../check-query.ts'
import { compileQuery } from '../compile-query.ts'
import type { SqlParameter } from '../compiled-query.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import { bytesOf, dialectContract } from './dialect.contract.ts'
import { trino } from './trino.ts'

dialectContract(trino, { kind: 'files', format: 'csv', paths: ['/a.csv'] })

test('every topic of the contract is written as the golden file shows', async () => {
  const bytes = bytesOf(trino, { kind: 'trino', catalog: 'hive', schema: 'insights', table: 'sales "2024"' })
  await expect(bytes).toMatchFileSnapshot(join(import.meta.dirname, 'trino.golden.sql'))
})

const sqlOf = (text: string): string => {
  const result = checkQuery(text, { datasets: [salesDataset], profile: 'open' })
  if (!result.ok) throw new Error(result.diagnostics[0]?.message)
  const relation = { kind: 'trino', catalog: 'hive', schema: 'insights', table: 'sales' } as const
  return compileQuery(result.query, { relation, accountId: 'me', referenceAt: 0 }).sql
}

test('rows are ordered where a query or a LIMIT asks for it, and only there', () => {
  expect(sqlOf('SELECT Name FROM Sales TIMESPAN LIFETIME')).not.toContain('ORDER BY')
  expect(sqlOf('SELECT Name FROM Sales ORDER BY City TIMESPAN LIFETIME')).toContain('ORDER BY')
  expect(sqlOf('SELECT Name FROM Sales LIMIT 5 TIMESPAN LIFETIME')).toMatch(/ORDER BY[^]*LIMIT 5/)
})

test('a LIMIT that Trino would refuse is left out', () => {
  expect(sqlOf('SELECT Name FROM Sales ORDER BY Name LIMIT 2147483647 TIMESPAN LIFETIME')).toContain('LIMIT 2147483647')
  expect(sqlOf('SELECT Name FROM Sales ORDER BY Name LIMIT 2147483648 TIMESPAN LIFETIME')).not.toContain('LIMIT')
})

describe('a value in the text', () => {
  test.each<[SqlParameter, string]>([
    [{ type: 'string', value: `'; DROP TABLE t; --` }, `'''; DROP TABLE t; --'`],
    [{ type: 'string', value: '\\' }, String.raw`'\'`],
    // Not in a query, but an account may be called so.
    [{ type: 'string', value: `a\0b\\'` }, String.raw`U&'a\0000b\\'''`],
    [{ type: 'string', value: 'a\uD83D' }, `'a\uFFFD'`],
    [{ type: 'string', value: '😀' }, `'😀'`],
    [{ type: 'integer', value: -9_223_372_036_854_775_808n }, '-9223372036854775808'],
    [{ type: 'decimal', value: '-0.50' }, `DECIMAL '-0.50'`],
    [{ type: 'decimal', value: '1'.repeat(40) }, `DOUBLE '${'1'.repeat(40)}'`],
    [{ type: 'timestamp', value: -1n }, `TIMESTAMP '1969-12-31 23:59:59.999999 UTC'`],
    [{ type: 'timestamp', value: 0n }, `TIMESTAMP '1970-01-01 00:00:00.000000 UTC'`],
  ])('%o', (parameter, written) => {
    expect(trino.parameter(parameter, () => 1)).toBe(written)
  })
})
