import { sql } from 'kysely'
import type { SqlBool, Transaction } from 'kysely'
import type { Report } from '../reports/report.ts'
import type { Database } from './database.ts'

/** The turn of who counts and adds to the Active reports of a client. */
export function activeReportsOf({ accountId, clientId }: Pick<Report, 'accountId' | 'clientId'>): string {
  return `reports of ${accountId} ${clientId}`
}

/** How many reports of the report's client are Active; a run-once report counts while it is. */
export async function countActive(
  tx: Transaction<Database>,
  { accountId, clientId }: Pick<Report, 'accountId' | 'clientId'>,
): Promise<number> {
  const { count } = await tx
    .selectFrom('reports')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('client_id', '=', clientId)
    // Written out, not a parameter: only so can SQLite know that its partial index holds the answer.
    .where(sql<SqlBool>`status = 'Active'`)
    .executeTakeFirstOrThrow()
  return count
}
