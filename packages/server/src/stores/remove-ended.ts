import type { Transaction } from 'kysely'
import type { Database } from './database.ts'

/** Removes executions that ended before `beforeAt`; what belongs to them goes with them, by the foreign keys. */
export async function removeEnded(
  tx: Transaction<Database>,
  beforeAt: number,
  limit: number,
): Promise<{ readonly removed: number; readonly blobKeys: readonly string[] }> {
  const ended = await tx
    .selectFrom('executions')
    .select('id')
    .where('finished_at', 'is not', null)
    .where('finished_at', '<', beforeAt)
    .orderBy('finished_at')
    .limit(limit)
    // Two that clear away at once take different ones.
    .forUpdate()
    .skipLocked()
    .execute()
  const ids = ended.map(({ id }) => id)
  if (ids.length === 0) return { removed: 0, blobKeys: [] }
  const artifacts = await tx.selectFrom('artifacts').select('blob_key').where('execution_id', 'in', ids).execute()
  await tx.deleteFrom('executions').where('id', 'in', ids).execute()
  return { removed: ids.length, blobKeys: artifacts.map(({ blob_key }) => blob_key) }
}
