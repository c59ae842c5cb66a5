import { EngineError } from '../../datasets/query-engine.ts'
import { runStatement } from './run-statement.ts'
import type { TrinoPage } from './run-statement.ts'
import type { TrinoConnection } from './trino-settings.ts'

/**
 * Reads tables with statements of our own, for commands that hold a catalog against its data. Rejects with Trino's words:
 * whoever runs such a command may read them.
 */
export function openTrinoReader(
  connection: TrinoConnection,
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal: AbortSignal },
): TrinoReader {
  async function* pages(sql: string): AsyncGenerator<TrinoPage, void, undefined> {
    try {
      yield* runStatement(connection, sql, { timeLimitMs }, signal)
    } catch (error) {
      throw error instanceof EngineError && error.cause instanceof Error ? error.cause : error
    }
  }
  return {
    pages,
    async rows(sql) {
      const found: Readonly<Record<string, unknown>>[] = []
      for await (const { names, rows } of pages(sql))
        for (const row of rows) found.push(Object.fromEntries(names.map((name, index) => [name, row[index]])))
      return found
    },
    close() {},
  }
}

interface TrinoReader {
  /** Rows as objects, all of them. */
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Rows as they come. */
  pages(sql: string): AsyncGenerator<TrinoPage, void, undefined>
  close(): void
}
