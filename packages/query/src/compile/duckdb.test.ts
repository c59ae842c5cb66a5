import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bytesOf, dialectContract } from './dialect.contract.ts'
import { duckdb } from './duckdb.ts'

dialectContract(duckdb, { kind: 'trino', catalog: 'c', schema: 's', table: 't' })

test('every topic of the contract is written as the golden file shows', async () => {
  const bytes = bytesOf(duckdb, { kind: 'files', format: 'parquet', paths: ['/data/a.parquet'] })
  await expect(bytes).toMatchFileSnapshot(join(import.meta.dirname, 'duckdb.golden.sql'))
})
