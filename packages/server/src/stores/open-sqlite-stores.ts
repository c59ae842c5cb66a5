import { Kysely } from 'kysely'
import { isAppError } from '../kernel/app-error.ts'
import type { Database } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { createCheckpointer } from './sqlite/checkpointer.ts'
import { openSqliteFile } from './sqlite/open-sqlite-file.ts'
import { createSqliteChangeMark } from './sqlite/sqlite-change-mark.ts'
import { createSqliteDialect } from './sqlite/sqlite-dialect.ts'
import { createStores } from './stores.ts'
import type { Stores } from './stores.ts'

/**
 * Opens the stores in a SQLite file, making the file and its folder if they are absent and bringing the schema up to
 * date. Several processes may have it open at once. `:memory:` keeps everything in memory. Rejects in words when the
 * file can't be opened, is no database or was written by a newer Almanac.
 */
export async function openSqliteStores(file: string): Promise<Stores> {
  try {
    const database = await openSqliteFile(file)
    const db = new Kysely<Database>({ dialect: createSqliteDialect(database, createCheckpointer(file)) })
    try {
      return createStores(db, await migrate(db), { changeMark: createSqliteChangeMark(database) })
    } catch (error) {
      await db.destroy()
      throw error
    }
  } catch (cause) {
    throw new Error(`The database ${file} can't be opened: ${wordsOf(cause)}`, { cause })
  }
}

function wordsOf(cause: unknown): string {
  if (isAppError(cause, 'too_busy')) return cause.data.sentence
  if (isAppError(cause, 'store_full')) return 'There is no room left on its disk.'
  return cause instanceof Error ? cause.message : String(cause)
}
