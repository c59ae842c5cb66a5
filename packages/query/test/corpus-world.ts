import type { DuckDBConnection } from '@duckdb/node-api'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Dataset, Relation } from '../src/index.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { literalsIn, ownRows, sqlText, writeDataset } from './dataset-files.ts'

/** The relation as a golden file shows it, and the one that its rows come from. */
export interface CorpusRelation {
  readonly shown: Relation
  readonly real: Relation
}

export interface CorpusWorld {
  /** @param kind The first word of a query file in `corpus/relations`; Parquet otherwise. */
  relationOf(dataset: string, kind?: string): CorpusRelation
}

/** 31 May: months of other lengths lie before it. */
export const referenceAt = Date.parse('2024-05-31T10:30:00Z')
export const accountId = 'account-1'

const shownFolder = '/data'

/**
 * Some rows for each dataset, the same each time, among them what the queries `texts` look for; and the sales dataset in
 * every kind of relation.
 */
export async function writeCorpusWorld(
  connection: DuckDBConnection,
  folder: string,
  datasets: readonly Dataset[],
  texts: readonly string[],
): Promise<CorpusWorld> {
  for (const dataset of datasets) {
    const options = { seed: 1, booleans: ['true', 'false'], literals: literalsIn(texts, dataset), referenceAt }
    const rows = [
      ...ownRows(dataset, { ...options, accountId, count: 400 }),
      ...ownRows(dataset, { ...options, accountId: 'account-2', count: 100 }),
    ]
    await writeDataset(connection, join(folder, `${dataset.name}.parquet`), dataset, rows)
  }
  const parquet = (dataset: string, root: string) =>
    ({ kind: 'files', format: 'parquet', paths: [join(root, `${dataset}.parquet`)] }) as const

  const source = `read_parquet('${join(folder, `${salesDataset.name}.parquet`)}')`
  await connection.run(`COPY (FROM ${source}) TO '${join(folder, 'Sales.csv')}' (FORMAT csv, HEADER)`)
  await connection.run(`COPY (FROM ${source}) TO '${join(folder, 'Sales.json')}' (FORMAT json)`)
  await connection.run(`ATTACH '${join(folder, 'sales.duckdb')}' AS corpus`)
  await connection.run(`CREATE TABLE corpus.main.sales AS FROM ${source}`)
  await connection.run('DETACH corpus')
  const cities = (
    await connection.runAndReadAll(`SELECT DISTINCT "City" FROM ${source} WHERE "City" IS NOT NULL ORDER BY ALL`)
  )
    .getRowsJson()
    .map(([city]) => city as string)
  const partitions = ['Oslo', 'Rome']
  for (const city of partitions) {
    mkdirSync(join(folder, `City=${city}`))
    const path = join(folder, `City=${city}`, 'rows.parquet')
    await connection.run(
      `COPY (SELECT * EXCLUDE "City" FROM ${source} WHERE "City" = ${sqlText(city)}) TO '${path}' (FORMAT parquet)`,
    )
  }

  const salesIn: Readonly<Record<string, (root: string) => Relation>> = {
    csv: (root) => ({ kind: 'files', format: 'csv', paths: [join(root, 'Sales.csv')] }),
    json: (root) => ({ kind: 'files', format: 'json', paths: [join(root, 'Sales.json')] }),
    table: (root) => ({ kind: 'duckdb', database: join(root, 'sales.duckdb'), schema: 'main', table: 'sales' }),
    hive: (root) => ({
      kind: 'files',
      format: 'parquet',
      paths: partitions.map((city) => join(root, `City=${city}`, 'rows.parquet')),
      partitionColumns: ['City'],
    }),
    spelt: (root) => ({ ...parquet('Sales', root), spellings: { City: { kind: 'values', values: cities } } }),
  }
  return {
    relationOf: (dataset, kind) => {
      const make = (kind === undefined ? undefined : salesIn[kind]) ?? ((root) => parquet(dataset, root))
      return { shown: make(shownFolder), real: make(folder) }
    },
  }
}
