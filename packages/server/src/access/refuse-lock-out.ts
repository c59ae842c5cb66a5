import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'

/**
 * Refuses what an administrator asks of its own client or account and could not take back: over the API nobody would let
 * it in again. A user of the machine may do it. Raises `would_lock_out`.
 */
export function refuseLockOut(
  { actor }: AuditSource,
  concerned: { readonly clientId: string } | { readonly accountId: string },
  sentence: string,
): void {
  if (actor.kind !== 'client') return
  const isOwn =
    'clientId' in concerned ? actor.clientId === concerned.clientId : actor.accountId === concerned.accountId
  if (isOwn) throw new AppError('would_lock_out', { sentence })
}
