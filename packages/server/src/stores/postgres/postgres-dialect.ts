import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql } from 'kysely'
import type { Dialect, Kysely, Transaction } from 'kysely'
import type { Pool } from 'pg'
import type { TurnTaking } from '../transactions.ts'
import { createPostgresDriver } from './postgres-driver.ts'

/** Kysely on a pool of connections to PostgreSQL, with a driver that rides out the loss of one. */
export function createPostgresDialect(pool: Pool): Dialect {
  return {
    createDriver: () => createPostgresDriver(pool),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new AdvisoryAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  }
}

// Advisory locks are numbers that a whole database shares: ours begin with one of our own.
const space = 0x41_6c_6d // "Alm"
const migrationLock = 0

/**
 * Locks that stand for no row. They end with their transaction: Kysely's own adapter takes those of a session, which a
 * connection would keep when it goes back to the pool.
 */
class AdvisoryAdapter extends PostgresAdapter implements TurnTaking {
  async takeTurn<Tables>(tx: Transaction<Tables>, name: string): Promise<void> {
    // Two names of one hash wait for each other now and then; that is all.
    await sql`select pg_advisory_xact_lock(${space}::int, hashtext(${name}))`.execute(tx)
  }

  override async acquireMigrationLock(db: Kysely<unknown>): Promise<void> {
    await sql`select pg_advisory_xact_lock(${space}::int, ${migrationLock}::int)`.execute(db)
    // A table that a step changes may be held for hours, by a dump for one, and whoever comes after the step waits behind
    // it: reads as well, of all processes. So it gives way after a second, and comes again.
    await sql`set local lock_timeout = '1s'`.execute(db)
  }

  override async releaseMigrationLock(): Promise<void> {
    // It ends with its transaction.
  }
}
