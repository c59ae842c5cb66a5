import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { inTransaction } from '../transactions.ts'
import { initial } from './001-initial.ts'
import { lifecycle } from './002-lifecycle.ts'
import { access } from './003-access.ts'
import { files } from './004-files.ts'
import { users } from './005-users.ts'
import type { Migration } from './migration.ts'

const migrations: readonly Migration[] = [initial, lifecycle, access, files, users]

/**
 * Brings the schema up to date. Looking, changing and recording are one transaction under a lock: several servers may
 * start at once, and one that is killed half way leaves the schema as it was. A database written by a newer Almanac is
 * refused in words and left untouched.
 */
export async function migrate(db: Kysely<Database>, steps: readonly Migration[] = migrations): Promise<void> {
  await inTransaction(db, async (tx) => {
    // On SQLite the transaction itself is the lock (it begins as a writer); PostgreSQL takes an advisory lock here.
    await tx.getExecutor().adapter.acquireMigrationLock(tx, lock)
    const current = await schemaVersion(tx)
    const newest = steps.length
    if (current > newest) throw new Error(writtenByNewer(current, newest))
    for (const step of steps.slice(current)) {
      for (const statement of step.statements) await sql.raw(statement).execute(tx)
      await tx.insertInto('schema_migrations').values({ version: step.version, name: step.name }).execute()
    }
  })
}

const lock = { lockTable: 'schema_migrations', lockRowId: 'schema_migrations' }

async function schemaVersion(tx: Transaction<Database>): Promise<number> {
  await sql`create table if not exists schema_migrations (version integer primary key, name text not null)`.execute(tx)
  const last = await tx
    .selectFrom('schema_migrations')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.version ?? 0
}

function writtenByNewer(current: number, newest: number): string {
  return (
    `The database has schema version ${current}; this Almanac knows versions up to ${newest}. ` +
    'A newer Almanac has written it: start that one, or restore the backup made before the upgrade.'
  )
}
