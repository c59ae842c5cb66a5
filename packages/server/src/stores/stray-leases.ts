import { sql } from 'kysely'
import type { Kysely, SqlBool } from 'kysely'
import type { StrayLeases } from '../executions/stray-leases.ts'
import { claimableAt } from './claim.ts'
import type { Database } from './database.ts'

/** Stray leases in a database. */
export function createStrayLeases(db: Kysely<Database>): StrayLeases {
  return {
    async end(now, latestEndAt) {
      const executions = await db
        .updateTable('executions')
        .set(claimableAt(now))
        // Written out, so that SQLite finds what runs in its own index; the plus keeps it off the index of all that is
        // to come, a million rows of schedules.
        .where(sql<SqlBool>`status = 'Running'`)
        .where(sql<SqlBool>`+claimable_at > ${latestEndAt}`)
        .executeTakeFirst()
      const deliveries = await db
        .updateTable('callback_deliveries')
        .set(claimableAt(now))
        .where('lease_token', 'is not', null)
        .where('claimable_at', '>', latestEndAt)
        .executeTakeFirst()
      return Number(executions.numUpdatedRows + deliveries.numUpdatedRows)
    },
  }
}
