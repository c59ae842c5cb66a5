import type { DatabaseSync } from 'node:sqlite'
import type { ChangeMark } from '../remember-reads.ts'

/**
 * `data_version` changes when another connection has committed, `total_changes()` with each row that this one writes:
 * also with one that is rolled back later, which makes us ask once too often and never once too seldom.
 */
export function createSqliteChangeMark(database: DatabaseSync): ChangeMark {
  const others = numberReader(database, 'pragma data_version')
  const own = numberReader(database, 'select total_changes()')
  let unknown = 0
  return () => {
    try {
      return `${others()}/${own()}`
    } catch {
      // Locked for a moment, or closed: whoever reads hears of it; here it only means that nothing is known.
      unknown += 1
      return `unknown ${unknown}`
    }
  }
}

/** Asks a statement that answers with one number. As a list: making an object with a name for it takes longer. */
function numberReader(database: DatabaseSync, sql: string): () => string {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return () => String((statement.get() as readonly unknown[] | undefined)?.[0])
}
