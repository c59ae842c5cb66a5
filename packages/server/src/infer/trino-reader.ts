import type { Reader } from './open-reader.ts'

/** Asks a Trino. Rejects with its words. */
export interface TrinoReader extends Reader {
  /** The rows of a statement, some at a time; values as they come. */
  pages(sql: string): AsyncIterable<{ readonly rows: readonly (readonly unknown[])[] }>
}
