import { DuckDBInstance } from '@duckdb/node-api'
import { keepTextsWhole } from '../datasets/keep-texts-whole.ts'

/** Reads data files in this process, for commands that look at files before any server runs. */
export interface Reader {
  /** Runs statements and gives the rows of the last one. Values are JSON's; numbers beyond 2^53 come as text. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  close(): void
}

// What is looked at is bounded, so little is enough; a wide file must not take a small machine's memory.
const memoryLimitMiB = 1_024

/** Opens a DuckDB in memory, in UTC as the engine's are, that fetches no extension. */
export async function openReader(): Promise<Reader> {
  keepTextsWhole()
  const database = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryLimitMiB}MiB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await database.connect()
  await connection.run(`SET TimeZone = 'UTC'`)
  return {
    async rows(sql) {
      return (await connection.runAndReadAll(sql)).getRowObjectsJson()
    },
    close() {
      connection.closeSync()
      database.closeSync()
    },
  }
}
