import { sql } from 'kysely'
import type { Kysely, Transaction } from 'kysely'
import type { Database, MigrationTable } from '../database.ts'
import { inTransaction } from '../transactions.ts'
import { initial } from './001-initial.ts'
import { lifecycle } from './002-lifecycle.ts'
import { access } from './003-access.ts'
import { files } from './004-files.ts'
import { users } from './005-users.ts'
import type { Migration } from './migration.ts'
import { refusalOf } from './refusal-of.ts'

/** Every step, in order. */
export const migrations: readonly Migration[] = [initial, lifecycle, access, files, users]

/** Who has made a schema: the steps that this Almanac knows, or a newer one that lets this one work with it. */
export type SchemaOrigin = 'own' | 'newer'

/**
 * Brings the schema up to date. Looking, changing and recording are one transaction under a lock: several servers may
 * start at once, and one that is killed half way leaves the schema as it was. A database that a newer Almanac has changed
 * is left untouched, and is refused in words unless each step that is unknown here lets this version go on working.
 */
export async function migrate(db: Kysely<Database>, steps: readonly Migration[] = migrations): Promise<SchemaOrigin> {
  return inTransaction(db, (tx) => takeSteps(tx, steps))
}

/** The same in a transaction that is there, for whoever has reasons of its own when to try again. */
export async function takeSteps(
  tx: Transaction<Database>,
  steps: readonly Migration[] = migrations,
): Promise<SchemaOrigin> {
  // On SQLite the transaction itself is the lock (it begins as a writer); PostgreSQL takes an advisory lock here.
  await tx.getExecutor().adapter.acquireMigrationLock(tx, lock)
  const taken = await takenSteps(tx)
  const newest = steps.length
  const refusal = refusalOf(taken, newest)
  if (refusal !== null) throw new Error(refusal)
  if (taken.some(({ version }) => version > newest)) return 'newer'
  for (const { version, name, oldestCompatible, statements } of steps.slice(taken.at(-1)?.version ?? 0)) {
    for (const statement of statements) await sql.raw(statement).execute(tx)
    await tx.insertInto('schema_migrations').values({ version, name, oldest_compatible: oldestCompatible }).execute()
  }
  return 'own'
}

const lock = { lockTable: 'schema_migrations', lockRowId: 'schema_migrations' }

/** The steps that have been taken, oldest first. Makes the table that they are noted in, or what it lacks. */
async function takenSteps(tx: Transaction<Database>): Promise<readonly MigrationTable[]> {
  await sql`create table if not exists schema_migrations (
    version integer primary key,
    name text not null,
    oldest_compatible integer
  )`.execute(tx)
  const taken = await tx.selectFrom('schema_migrations').selectAll().orderBy('version').execute()
  // This is no step: who counts steps must not take a database for newer that says more of the same ones.
  if (taken.some((row) => !('oldest_compatible' in row))) {
    await sql`alter table schema_migrations add column oldest_compatible integer`.execute(tx)
  }
  return taken
}
