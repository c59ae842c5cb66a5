import type { AuditSource } from '../kernel/audit-entry.ts'
import type { CredentialDeps } from './add-secret.ts'
import { isLive } from './is-live.ts'
import { refuseLockOut } from './refuse-lock-out.ts'

/** Refuses an administrator the last thing that it proves itself by itself. Raises `would_lock_out`. */
export async function keepOwnCredential(
  { credentials, clock }: CredentialDeps,
  source: AuditSource,
  { clientId, removedId }: { readonly clientId: string; readonly removedId: string },
): Promise<void> {
  const now = clock.now()
  const [secrets, certificates] = await Promise.all([
    credentials.listSecrets(clientId),
    credentials.listCertificates(clientId),
  ])
  const live = [
    ...secrets.map(({ id, expiresAt }) => ({ id, expiresAt })),
    ...certificates.map(({ thumbprint, expiresAt }) => ({ id: thumbprint, expiresAt })),
  ].filter((credential) => isLive(credential, now))
  const isLast = live.length === 1 && live[0]?.id === removedId
  if (isLast) refuseLockOut(source, { clientId }, 'It is the last thing that you prove yourself by')
}
