import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** The sample data of a demo server, read past the server: what an answer is compared with. */
export interface SampleRows {
  /** The rows of a SELECT that names datasets as `{ISVOrder}`, values as text. */
  read(sql: string): Promise<readonly (readonly (string | null)[])[]>
  close(): void
}

/** Opens the sample data below the data folder of a demo server. */
export async function openSampleRows(dataFolder: string): Promise<SampleRows> {
  const database = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection: DuckDBConnection = await database.connect()
  const source = (dataset: string): string => `'${join(dataFolder, 'datasets', dataset, '*.parquet')}'`
  return {
    async read(sql) {
      const reader = await connection.runAndReadAll(
        sql.replaceAll(/\{(\w+)\}/g, (_, dataset: string) => source(dataset)),
      )
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))))
    },
    close() {
      connection.closeSync()
      database.closeSync()
    },
  }
}
