import type { DatabaseSync, StatementSync } from 'node:sqlite'

export interface PreparedStatement {
  readonly statement: StatementSync
  /** False for a statement that only changes rows. */
  readonly returnsRows: boolean
}

export interface StatementCache {
  /** The statement of this text, prepared now or before. */
  prepare(sql: string): PreparedStatement
  /** Lets all statements go. */
  clear(): void
}

// The stores have some fifty texts, and one more for each length of a list of ids: those must not pile up for ever.
const capacity = 200

/** Keeps the statements used last: preparing one takes longer than running it. */
export function createStatementCache(database: DatabaseSync): StatementCache {
  // A map remembers the order in which its keys were set: the first is the one not used for longest.
  const prepared = new Map<string, PreparedStatement>()
  return {
    prepare(sql) {
      const known = prepared.get(sql)
      if (known !== undefined) {
        prepared.delete(sql)
        prepared.set(sql, known)
        return known
      }
      const statement = database.prepare(sql)
      const fresh = { statement, returnsRows: statement.columns().length > 0 }
      prepared.set(sql, fresh)
      const [oldest] = prepared.keys()
      if (prepared.size > capacity && oldest !== undefined) prepared.delete(oldest)
      return fresh
    },
    clear: () => prepared.clear(),
  }
}
