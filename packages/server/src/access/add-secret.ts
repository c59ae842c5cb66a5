import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { toWireTime } from '../kernel/hours.ts'
import { mostLiveSecrets } from './client-secret.ts'
import type { CreateClientDeps } from './create-client.ts'
import type { CredentialStore } from './credential-store.ts'
import { makeSecret, type MadeSecret } from './make-secret.ts'
import { requireClient } from './require-client.ts'

export interface CredentialDeps extends CreateClientDeps {
  readonly credentials: CredentialStore
}

/**
 * Gives a client one more secret, so that it can change over from one to the other. Raises `not_found`, and
 * `credential_limit` when it has two that have not expired.
 */
export async function addSecret(
  deps: CredentialDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly expiresInDays: number | null },
): Promise<MadeSecret> {
  const client = await requireClient(deps.clients, input.clientId)
  const now = deps.clock.now()
  const others = await deps.credentials.listSecrets(client.id)
  const made = await makeSecret({
    id: deps.newId(),
    clientId: client.id,
    now,
    expiresInDays: input.expiresInDays,
    otherHints: others.map(({ hint }) => hint),
  })
  const { id, hint, expiresAt } = made.kept
  const added = await deps.credentials.insertSecret(
    made.kept,
    { most: mostLiveSecrets, now },
    {
      ...source,
      at: now,
      action: 'secret.added',
      objectId: id,
      accountId: client.accountId,
      detail: { clientId: client.id, hint, expires: expiresAt === null ? null : toWireTime(expiresAt) },
    },
  )
  if (added === 'full') {
    throw new AppError('credential_limit', {
      sentence: `A client has at most ${mostLiveSecrets} secrets that have not expired`,
      remedy: 'Remove the one that is no longer used',
    })
  }
  return made
}
