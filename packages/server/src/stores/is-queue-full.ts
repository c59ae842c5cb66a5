import type { Transaction } from 'kysely'
import type { Database } from './database.ts'

/**
 * Whether `limit` executions or more could be begun at `dueAt` and are not. Reads at most so many entries of the index of
 * claimable rows, however long the queue is: a full count takes the longer the worse things are already.
 */
export async function isQueueFull(
  tx: Transaction<Database>,
  { limit, dueAt }: { readonly limit: number; readonly dueAt: number },
): Promise<boolean> {
  const { count } = await tx
    .selectFrom((eb) =>
      eb.selectFrom('executions').select('id').where('claimable_at', '<=', dueAt).limit(limit).as('due'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count >= limit
}
