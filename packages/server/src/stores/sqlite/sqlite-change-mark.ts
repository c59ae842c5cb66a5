import type { DatabaseSync } from 'node:sqlite'
import type { ChangeMark } from '../remember-reads.ts'

/**
 * `data_version` changes when another connection has committed, `total_changes()` with each row that this one writes:
 * also with one that is rolled back later, which makes us ask once too often and never once too seldom.
 */
export function createSqliteChangeMark(database: DatabaseSync): ChangeMark {
  const others = database.prepare('pragma data_version')
  const own = database.prepare('select total_changes() as changes')
  let unknown = 0
  return () => {
    try {
      return `${String(others.get()?.['data_version'])}/${String(own.get()?.['changes'])}`
    } catch {
      // Locked for a moment, or closed: whoever reads hears of it; here it only means that nothing is known.
      unknown += 1
      return `unknown ${unknown}`
    }
  }
}
