import { sql } from 'kysely'
import type { Kysely, SqlBool } from 'kysely'
import type { Backlog } from '../kernel/backlog.ts'
import type { Database } from './database.ts'

/**
 * What stands in the queue that a table is. A row under a lease that has not ended is in somebody's hands; any other
 * whose time has come could be taken.
 */
export async function backlogOf(
  db: Kysely<Database>,
  table: 'executions' | 'callback_deliveries',
  now: number,
): Promise<Backlog> {
  const due = await db
    .selectFrom(table)
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('claimable_at').as('oldest')])
    .where('claimable_at', '<=', now)
    .executeTakeFirstOrThrow()
  const running = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    // Written out: the partial index of running executions holds the answer, and a million waiting ones are not read.
    .where(table === 'executions' ? sql<SqlBool>`status = 'Running'` : sql<SqlBool>`status = 'waiting'`)
    .where('lease_token', 'is not', null)
    // The plus keeps SQLite from choosing the index of claimable rows for executions, which has all that wait. Of
    // callbacks that index has few, and the table has all that were ever sent.
    .where(table === 'executions' ? sql<SqlBool>`+claimable_at > ${now}` : sql<SqlBool>`claimable_at > ${now}`)
    .executeTakeFirstOrThrow()
  return { due: due.count, oldestDueAt: due.oldest, running: running.count }
}
