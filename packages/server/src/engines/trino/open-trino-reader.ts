import { EngineError } from '../../datasets/query-engine.ts'
import { runStatement } from './run-statement.ts'
import type { TrinoConnection } from './trino-settings.ts'

/**
 * Reads tables with statements of our own, for commands that hold a catalog against its data. Rejects with Trino's words:
 * whoever runs such a command may read them.
 */
export function openTrinoReader(
  connection: TrinoConnection,
  { timeLimitMs, signal }: { readonly timeLimitMs: number; readonly signal: AbortSignal },
): { rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>; close(): void } {
  return {
    async rows(sql) {
      const found: Readonly<Record<string, unknown>>[] = []
      try {
        for await (const { names, rows } of runStatement(connection, sql, { timeLimitMs }, signal))
          for (const row of rows) found.push(Object.fromEntries(names.map((name, index) => [name, row[index]])))
      } catch (error) {
        throw error instanceof EngineError && error.cause instanceof Error ? error.cause : error
      }
      return found
    },
    close() {},
  }
}
