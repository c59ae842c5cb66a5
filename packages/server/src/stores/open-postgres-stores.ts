import { setTimeout } from 'node:timers/promises'
import { Kysely } from 'kysely'
import { DatabaseAway } from '../kernel/database-away.ts'
import { minuteMs, secondMs } from '../kernel/hours.ts'
import type { Database } from './database.ts'
import { Conflict } from './conflict.ts'
import { takeSteps, type SchemaOrigin } from './migrations/migrate.ts'
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
// Longer than most dumps. Whoever watches over this process may have started it anew before: that is as good.
const lockPatienceMs = 10 * minuteMs
const lockPauseMs = 5 * secondMs
const held =
  'A step of the schema has to change a table that another transaction holds: a dump that runs, or a session that was left open (pg_stat_activity shows it). End it or wait for it, and start again.'

/**
 * Opens the stores in a PostgreSQL database and brings its schema up to date. Any number of processes may have it open,
 * and start at once. Rejects in words when the database does not come within `waitSeconds`, refuses us, or was written
 * by a newer Almanac; and when `signal` ends the wait.
 */
export async function openPostgresStores(settings: PostgresSettings, signal?: AbortSignal): Promise<Stores> {
  let schemaOrigin: SchemaOrigin
  try {
    schemaOrigin = await migrateWhenThere(settings, signal)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`The database ${nameOf(settings.url)} can't be opened: ${said}`, { cause })
  }
  const db = new Kysely<Database>({ dialect: createPostgresDialect(openPostgresPool(settings, 'limited')) })
  return createStores(db, schemaOrigin, { shared: createSharedDatabase(db, settings.url) })
}

/**
 * Brings the schema up to date, as soon as the database is there, and as soon as nobody holds what a step has to change:
 * it never lets others wait behind it for long. Rejects in words when either takes too long, and when `signal` aborts.
 */
export async function migrateWhenThere(
  { url, waitSeconds }: Omit<PostgresSettings, 'connections'>,
  signal?: AbortSignal,
): Promise<SchemaOrigin> {
  const db = new Kysely<Database>({
    dialect: createPostgresDialect(openPostgresPool({ url, connections: 1 }, 'unlimited')),
  })
  const pause = (forMs: number): Promise<void> => setTimeout(forMs, undefined, signal && { signal })
  const beganAt = performance.now()
  try {
    for (;;) {
      signal?.throwIfAborted()
      try {
        // Not tried again at once, as other transactions are: whoever waits behind it would wait for most of the time.
        return await db.transaction().execute((tx) => takeSteps(tx))
      } catch (error) {
        const waitedMs = performance.now() - beganAt
        if (error instanceof DatabaseAway && waitedMs <= waitSeconds * secondMs) await pause(pauseMs)
        else if (!(error instanceof Conflict)) throw error
        else if (waitedMs <= lockPatienceMs) await pause(lockPauseMs)
        else throw new Error(held, { cause: error })
      }
    }
  } finally {
    await db.destroy()
  }
}
