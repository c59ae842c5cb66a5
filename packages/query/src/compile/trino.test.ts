import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bytesOf, dialectContract } from './dialect.contract.ts'
import { trino } from './trino.ts'

dialectContract(trino, { kind: 'files', format: 'csv', paths: ['/a.csv'] })

test('every topic of the contract is written as the golden file shows', async () => {
  const bytes = bytesOf(trino, { kind: 'trino', catalog: 'hive', schema: 'insights', table: 'sales "2024"' })
  await expect(bytes).toMatchFileSnapshot(join(import.meta.dirname, 'trino.golden.sql'))
})
