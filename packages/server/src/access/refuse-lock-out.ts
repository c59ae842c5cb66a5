import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'

type Concerned = { readonly clientId: string } | { readonly accountId: string }

/**
 * Refuses what an administrator asks of its own client or account and could not take back: over the API nobody would let
 * it in again. A user of the machine may do it. Raises `would_lock_out`.
 */
export function refuseLockOut(source: AuditSource, concerned: Concerned, sentence: string): void {
  if (isOwn(source, concerned)) throw wouldLockOut(sentence)
}

/** Whether a client or an account is that of whoever asks. */
export function isOwn({ actor }: AuditSource, concerned: Concerned): boolean {
  if (actor.kind !== 'client') return false
  return 'clientId' in concerned ? actor.clientId === concerned.clientId : actor.accountId === concerned.accountId
}

export function wouldLockOut(sentence: string): AppError {
  return new AppError('would_lock_out', { sentence })
}
