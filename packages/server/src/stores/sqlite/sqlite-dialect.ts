import type { DatabaseSync } from 'node:sqlite'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { Dialect } from 'kysely'
import type { Checkpointer } from './checkpointer.ts'
import { createSqliteDriver } from './sqlite-driver.ts'

/** Kysely on the SQLite that is built into Node. (Its own dialect expects the interface of better-sqlite3.) */
export function createSqliteDialect(database: DatabaseSync, checkpointer?: Checkpointer): Dialect {
  return {
    createDriver: () => createSqliteDriver(database, checkpointer),
    createQueryCompiler: () => new LocklessCompiler(),
    // It says that there is one connection; Kysely then lends it to one query or transaction at a time.
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** Leaves out `FOR UPDATE` and its like: SQLite has no locks of rows, and one writer at a time. */
class LocklessCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}
