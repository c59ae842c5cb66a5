import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import type { DuckDBConnection } from '@duckdb/node-api'
import { createDataFolder } from '../../datasets/data-folder.ts'
import type { Catalog } from '../../datasets/catalog.ts'
import { sqlList, sqlName } from '../sql-text.ts'

/** A generated sample, to be asked in SQL: one view per dataset, with `file_row_number`. */
export interface SampleDatabase extends Disposable {
  /** The first column of each row, as text (null stays null). */
  values(sql: string): Promise<readonly (string | null)[]>
  /** The first column of the first row, as a number. */
  count(sql: string): Promise<number>
}

export async function openSampleDatabase(catalog: Catalog, folder: string): Promise<SampleDatabase> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1', temp_directory: join(folder, '.spill') })
  const connection = await database.connect()
  await createViews(connection, catalog, folder)
  const values = async (sql: string): Promise<readonly (string | null)[]> => {
    const rows = (await connection.runAndReadAll(sql)).getRows()
    return rows.map(([value]) => (value === null || value === undefined ? null : String(value)))
  }
  return {
    values,
    count: async (sql) => Number((await values(sql))[0]),
    [Symbol.dispose]: () => database.closeSync(),
  }
}

/** The files are found as the server finds them. */
async function createViews(connection: DuckDBConnection, catalog: Catalog, folder: string): Promise<void> {
  const source = createDataFolder(folder)
  for (const dataset of catalog.programs.flatMap((program) => catalog.datasetsOf(program))) {
    const { relation } = await source.versionOf(dataset)
    if (relation.kind !== 'files') continue
    const files = `read_parquet(${sqlList(relation.paths)}, file_row_number = true)`
    await connection.run(`CREATE VIEW ${sqlName(dataset.name)} AS FROM ${files}`)
  }
}
