import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { CredentialDeps } from './add-secret.ts'
import { removeKeepingOwn } from './remove-keeping-own.ts'
import { requireClient } from './require-client.ts'

/** Ends a secret now; tokens that were issued for it live on for their hour. Raises `not_found`, `would_lock_out`. */
export async function removeSecret(
  deps: CredentialDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly secretId: string },
): Promise<void> {
  const client = await requireClient(deps.clients, input.clientId)
  const removed = await removeKeepingOwn(deps, source, { clientId: client.id, id: input.secretId }, (removal) =>
    deps.credentials.removeSecret(removal, {
      ...source,
      at: deps.clock.now(),
      action: 'secret.removed',
      objectId: input.secretId,
      accountId: client.accountId,
      detail: { clientId: client.id },
    }),
  )
  if (removed === 'unknown')
    throw new AppError('not_found', { sentence: 'No item found with given filters. No such secret.' })
}
