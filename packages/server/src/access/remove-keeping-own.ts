import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { CredentialRemoval, CredentialRemoved } from './credential-store.ts'
import { isOwn, wouldLockOut } from './refuse-lock-out.ts'

/**
 * Removes a credential of a client, unless it is the last thing that an administrator proves itself by and that one asks for
 * it: the store decides, in the transaction that removes, since two requests at once could each leave the other's. Raises
 * `would_lock_out`.
 */
export async function removeKeepingOwn(
  { clock }: { readonly clock: Clock },
  source: AuditSource,
  { clientId, id }: Pick<CredentialRemoval, 'clientId' | 'id'>,
  remove: (removal: CredentialRemoval) => Promise<CredentialRemoved>,
): Promise<Exclude<CredentialRemoved, 'last'>> {
  const keepsOneAt = isOwn(source, { clientId }) ? clock.now() : null
  const removed = await remove({ clientId, id, keepsOneAt })
  if (removed === 'last') throw wouldLockOut('It is the last thing that you prove yourself by')
  return removed
}
