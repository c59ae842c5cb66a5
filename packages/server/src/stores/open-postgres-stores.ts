import { setTimeout } from 'node:timers/promises'
import { Kysely } from 'kysely'
import { DatabaseAway } from '../kernel/database-away.ts'
import { secondMs } from '../kernel/hours.ts'
import type { Database } from './database.ts'
import { migrate } from './migrations/migrate.ts'
import { openPostgresPool, type PostgresAddress } from './postgres/open-postgres-pool.ts'
import { createPostgresDialect } from './postgres/postgres-dialect.ts'
import { createSharedDatabase } from './postgres/shared-database.ts'
import { nameOf } from './postgres/name-of.ts'
import { createStores } from './stores.ts'
import type { Stores } from './stores.ts'

export interface PostgresSettings extends PostgresAddress {
  /** How long to wait for a database that is not there yet: it may be starting as well. */
  readonly waitSeconds: number
}

const pauseMs = 500

/**
 * Opens the stores in a PostgreSQL database and brings its schema up to date. Any number of processes may have it open,
 * and start at once. Rejects in words when the database does not come within `waitSeconds`, refuses us, or was written
 * by a newer Almanac.
 */
export async function openPostgresStores(settings: PostgresSettings): Promise<Stores> {
  try {
    await migrateWhenThere(settings)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The database ${nameOf(settings.url)} can't be opened: ${said}`, { cause })
  }
  const db = new Kysely<Database>({ dialect: createPostgresDialect(openPostgresPool(settings, 'limited')) })
  return createStores(db, { shared: createSharedDatabase(db, settings.url) })
}

/** Brings the schema up to date, as soon as the database is there. */
export async function migrateWhenThere({ url, waitSeconds }: Omit<PostgresSettings, 'connections'>): Promise<void> {
  const db = new Kysely<Database>({
    dialect: createPostgresDialect(openPostgresPool({ url, connections: 1 }, 'unlimited')),
  })
  const giveUpAt = performance.now() + waitSeconds * secondMs
  try {
    for (;;) {
      try {
        return await migrate(db)
      } catch (error) {
        if (!(error instanceof DatabaseAway) || performance.now() > giveUpAt) throw error
        await setTimeout(pauseMs)
      }
    }
  } finally {
    await db.destroy()
  }
}
