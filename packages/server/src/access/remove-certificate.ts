import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { CredentialDeps } from './add-secret.ts'
import { removeKeepingOwn } from './remove-keeping-own.ts'
import { requireClient } from './require-client.ts'

/**
 * Takes a certificate from a client: what its key signs is refused from now on. Raises `not_found`, `would_lock_out`.
 */
export async function removeCertificate(
  deps: CredentialDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly thumbprint: string },
): Promise<void> {
  const client = await requireClient(deps.clients, input.clientId)
  const removed = await removeKeepingOwn(deps, source, { clientId: client.id, id: input.thumbprint }, (removal) =>
    deps.credentials.removeCertificate(removal, {
      ...source,
      at: deps.clock.now(),
      action: 'certificate.removed',
      objectId: input.thumbprint,
      accountId: client.accountId,
      detail: { clientId: client.id },
    }),
  )
  if (removed === 'unknown')
    throw new AppError('not_found', { sentence: 'No item found with given filters. No such certificate.' })
}
