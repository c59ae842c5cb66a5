import type { Kysely } from 'kysely'
import type { UsedLinks } from '../artifacts/used-links.ts'
import type { Database } from './database.ts'
import { inTransaction } from './transactions.ts'

/** Links that have ended and are cleared away by one use: more than it adds, so that they never pile up. */
const forgottenAtOnce = 20

/** Used links in a database. */
export function createUsedLinks(db: Kysely<Database>): UsedLinks {
  return {
    use: ({ id, endsAt }, now) =>
      inTransaction(db, async (tx) => {
        const ended = tx
          .selectFrom('used_links')
          .select('id')
          .where('ends_at', '<=', now)
          .orderBy('ends_at')
          .limit(forgottenAtOnce)
          .forUpdate()
          .skipLocked()
        await tx.deleteFrom('used_links').where('id', 'in', ended).execute()
        const added = await tx
          .insertInto('used_links')
          .values({ id, ends_at: endsAt })
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst()
        return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
      }),
  }
}
