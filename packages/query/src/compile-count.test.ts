import { expect, test } from 'vitest'
import { compileCount } from './compile-count.ts'
import { declareDataset } from './testing/declare-dataset.ts'

const relation = { kind: 'files', format: 'parquet', paths: ['/data/rows.parquet'] } as const

test('a count is filtered by the account as every query is', () => {
  const dataset = declareDataset({ name: 'Orders', columns: 'OrderId' })
  expect(compileCount(dataset, { relation, accountId: `a'1` })).toEqual({
    dataset: 'Orders',
    dialect: 'duckdb',
    sql: `SELECT count(*) AS "rows"\nFROM read_parquet(['/data/rows.parquet'], hive_partitioning = false) AS t\nWHERE t."PublisherId" = $1 AND CASE WHEN typeof(t."PublisherId") IN ('DOUBLE', 'FLOAT') OR typeof(t."PublisherId") LIKE 'DECIMAL%' THEN nullif(regexp_extract(CAST(t."PublisherId" AS VARCHAR), '^(-?[0-9]+)(\\.0+)?$', 1), '') ELSE CAST(t."PublisherId" AS VARCHAR) END = $1`,
    parameters: [{ type: 'string', value: `a'1` }],
    columns: [{ name: 'rows', type: 'integer' }],
    window: null,
  })
})

test('rows that are nobody’s are counted for everyone, and a reader of text files is told of a column', () => {
  const { accountColumn: _, ...dataset } = declareDataset({ name: 'Prices', columns: 'Region' })
  const csv = { kind: 'files', format: 'json', paths: ['/data/rows.json'] } as const
  expect(compileCount(dataset, { relation: csv, accountId: 'a' })).toMatchObject({
    sql: `SELECT count(*) AS "rows"\nFROM read_json(['/data/rows.json'], columns = {'Region': 'VARCHAR'}, hive_partitioning = false) AS t`,
    parameters: [],
  })
})
