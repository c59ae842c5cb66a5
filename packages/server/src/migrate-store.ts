import { stat } from 'node:fs/promises'
import type { Settings } from './config/settings.ts'
import { inWords } from './in-words.ts'
import { sqliteFileOf } from './open-stores.ts'
import { moveStore, type MovedTable } from './stores/move-store.ts'

/**
 * Moves an installation from the SQLite file of its data folder to the PostgreSQL database that `database.url` names. Files stay where they are: every process
 * needs the same data folder. Raises an `Error` in words; then nothing was moved.
 */
export async function migrateStore(
  settings: Pick<Settings, 'dataFolder' | 'database'>,
): Promise<readonly MovedTable[]> {
  const { database } = settings
  if (database === null) throw new Error('Where to? Name the database with --to, or set database.url.')
  const file = sqliteFileOf(settings)
  if ((await stat(file).catch(() => null)) === null)
    throw new Error(`There is no installation in ${settings.dataFolder}: it has no file almanac.db.`)
  return inWords(() => moveStore(file, database.url))
}
