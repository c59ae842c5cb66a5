import type { DatabaseSync } from 'node:sqlite'
import { Kysely, sql, type Transaction } from 'kysely'
import { verifyAuditLog } from '../access/verify-audit-log.ts'
import { createAuditLog } from './audit-log.ts'
import type { Database } from './database.ts'
import { createInstallationStore } from './installation-store.ts'
import { migrate, type SchemaOrigin } from './migrations/migrate.ts'
import { migrateWhenThere } from './open-postgres-stores.ts'
import { nameOf } from './postgres/name-of.ts'
import { openPostgresPool } from './postgres/open-postgres-pool.ts'
import { createPostgresDialect } from './postgres/postgres-dialect.ts'
import { movedTo, refuseMoved } from './refuse-moved.ts'
import { openSqliteFile } from './sqlite/open-sqlite-file.ts'
import { createSqliteDialect } from './sqlite/sqlite-dialect.ts'
import { inTransaction } from './transactions.ts'

/** Every table that holds something of an installation, those that others refer to first. */
export const movedTables = [
  'installation',
  'accounts',
  'clients',
  'client_secrets',
  'client_certificates',
  'used_assertions',
  'client_users',
  'refresh_tokens',
  'used_links',
  'keys',
  'queries',
  'reports',
  'executions',
  'artifacts',
  'callback_deliveries',
  'callback_attempts',
  'idempotency_keys',
  'report_events',
  'audit_log',
  'audit_head',
] as const satisfies readonly (keyof Database)[]

export interface MovedTable {
  readonly table: (typeof movedTables)[number]
  readonly rows: number
}

// A statement of PostgreSQL takes 65,535 parameters at most, and the widest table has 27 columns.
const rowsAtOnce = 1_000

/**
 * Moves all that an installation's SQLite file holds to an empty PostgreSQL database, row by row as it stands, in one
 * transaction: all of it is there afterwards, or nothing. The file keeps its rows and a mark that it has moved; no server
 * is started on it any more.
 *
 * Rejects in words while a server has the file open, when the database is not empty, when a count differs in the end or
 * the audit log isn't whole there.
 */
export async function moveStore(file: string, url: string): Promise<readonly MovedTable[]> {
  const source = await openAlone(file)
  const from = new Kysely<Database>({ dialect: createSqliteDialect(source) })
  const pool = { url, connections: 2 }
  const to = new Kysely<Database>({ dialect: createPostgresDialect(openPostgresPool(pool, 'unlimited')) })
  try {
    refuseNewer(await migrate(from), file)
    await refuseMoved(createInstallationStore(from), file)
    refuseNewer(await migrateWhenThere({ url, waitSeconds: 0 }), nameOf(url))
    const moved = await inTransaction(to, async (tx) => {
      // A server that is started there meanwhile waits, and finds everything or nothing.
      await sql`lock table ${sql.join(movedTables.map((table) => sql.table(table)))} in access exclusive mode`.execute(
        tx,
      )
      await refuseFilled(tx, url)
      await tx.deleteFrom('audit_head').execute()
      const counts: MovedTable[] = []
      for (const table of movedTables) {
        await copy(source, table, tx)
        counts.push({ table, rows: await sameCount(source, table, tx) })
      }
      await refuseBroken(tx)
      return counts
    })
    await createInstallationStore(from).put(movedTo, nameOf(url))
    return moved
  } finally {
    await Promise.all([from.destroy(), to.destroy()])
  }
}

/** An older Almanac may work with a newer schema, but it doesn't know all of its tables: what they hold would be left behind. */
function refuseNewer(origin: SchemaOrigin, place: string): void {
  if (origin === 'newer')
    throw new Error(
      `The database ${place} has the schema of a newer Almanac. Move it with that one: nothing was moved.`,
    )
}

/** The file, with nobody else at it from now on. A server has it open as long as it runs, and holds a lock on it. */
async function openAlone(file: string): Promise<DatabaseSync> {
  const source = await openSqliteFile(file)
  try {
    source.exec('pragma locking_mode = exclusive')
    source.exec('begin immediate')
    source.exec('commit')
    return source
  } catch (cause) {
    source.close()
    throw new Error(`The database ${file} is in use: stop the server that runs on it, and try again.`, { cause })
  }
}

async function copy(source: DatabaseSync, table: MovedTable['table'], tx: Transaction<Database>): Promise<void> {
  let batch: Record<string, unknown>[] = []
  const write = async (): Promise<void> => {
    if (batch.length > 0) await tx.insertInto(table).values(batch).execute()
    batch = []
  }
  for (const row of source.prepare(`select * from ${table}`).iterate()) {
    batch.push(row)
    if (batch.length === rowsAtOnce) await write()
  }
  await write()
}

async function sameCount(source: DatabaseSync, table: MovedTable['table'], tx: Transaction<Database>): Promise<number> {
  const had = Number(source.prepare(`select count(*) as count from ${table}`).get()?.['count'])
  const has = await countOf(tx, table)
  if (had !== has) throw new Error(`The table ${table} has ${had} rows in the file and ${has} in PostgreSQL.`)
  return has
}

async function countOf(tx: Transaction<Database>, table: MovedTable['table']): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(tx)
  return rows[0]?.count ?? 0
}

async function refuseFilled(tx: Transaction<Database>, url: string): Promise<void> {
  for (const table of movedTables) {
    const empty = table === 'audit_head' ? 1 : 0
    const rows = await countOf(tx, table)
    if (rows > empty)
      throw new Error(
        `The database ${nameOf(url)} is not empty: its table ${table} has ${rows} rows. An installation moves to an empty database only.`,
      )
  }
}

async function refuseBroken(tx: Transaction<Database>): Promise<void> {
  const { faults } = await verifyAuditLog(createAuditLog(tx), null)
  const [first] = faults
  if (first !== undefined)
    throw new Error(
      `The audit log is not whole: line ${first.number}: ${first.problem}. Nothing was moved. \`almanac audit verify\` says more.`,
    )
}
