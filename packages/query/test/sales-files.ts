import type { DuckDBConnection } from '@duckdb/node-api'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { checkQuery, compileQuery } from '../src/index.ts'
import type { CompiledQuery, Dataset, QueryRun, Relation } from '../src/index.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'

/** 31 May, when months of other lengths lie behind. */
export const referenceAt = Date.parse('2024-05-31T10:30:00Z')

/** A folder for the files of one test file, gone when its tests are done. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-query-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The types in which files have the columns of the sales dataset. */
const physical = `Name VARCHAR, City VARCHAR, Quantity INTEGER, Price DECIMAL(18, 4), Weight DOUBLE, IsPaid BOOLEAN,
  IsNew BOOLEAN, IsOpen BOOLEAN, Day DATE, "At" TIMESTAMP, Secret VARCHAR, Owner VARCHAR`

/** Some columns of a row, as SQL expressions; the others are NULL. `Owner` is `'me'` unless given. */
export type SalesRow = Readonly<Record<string, string>>

export async function writeRows(
  connection: DuckDBConnection,
  path: string,
  rows: readonly SalesRow[],
  options = 'FORMAT parquet',
): Promise<Relation> {
  await connection.run(`CREATE OR REPLACE TEMP TABLE sales (${physical})`)
  for (const row of rows) {
    const filled = { Owner: `'me'`, Day: `DATE '2024-05-31'`, ...row }
    const names = Object.keys(filled).map((name) => `"${name}"`)
    await connection.run(`INSERT INTO sales (${names.join()}) VALUES (${Object.values(filled).join()})`)
  }
  await connection.run(`COPY sales TO '${path}' (${options})`)
  return { kind: 'files', format: 'parquet', paths: [path] }
}

/** Compiles a query that must be right. */
export function compileText(
  text: string,
  run: Partial<QueryRun> & Pick<QueryRun, 'relation'>,
  dataset: Dataset = salesDataset,
): CompiledQuery {
  const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.diagnostics)}`)
  return compileQuery(result.query, { accountId: 'me', referenceAt, ...run })
}
