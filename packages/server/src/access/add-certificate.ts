import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { toWireTime } from '../kernel/hours.ts'
import type { CredentialDeps } from './add-secret.ts'
import { mostLiveCertificates, type ClientCertificate } from './client-certificate.ts'
import { readCertificate } from './read-certificate.ts'
import { requireClient } from './require-client.ts'

/**
 * Registers a certificate (PEM or DER) whose key may sign assertions of a client. One that it has already stays as it
 * is. Raises `not_found`, `invalid_request`, `credential_limit`.
 */
export async function addCertificate(
  deps: CredentialDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly certificate: Buffer },
): Promise<ClientCertificate> {
  const client = await requireClient(deps.clients, input.clientId)
  const now = deps.clock.now()
  const certificate = readCertificate(input.certificate, client.id, now)
  const { thumbprint, subject, expiresAt } = certificate
  const added = await deps.credentials.insertCertificate(
    certificate,
    { most: mostLiveCertificates, now },
    {
      ...source,
      at: now,
      action: 'certificate.added',
      objectId: thumbprint,
      accountId: client.accountId,
      detail: { clientId: client.id, subject, expires: toWireTime(expiresAt) },
    },
  )
  if (added === 'full') {
    throw new AppError('credential_limit', {
      sentence: `A client has at most ${mostLiveCertificates} certificates that have not expired`,
      remedy: 'Remove one that is no longer used',
    })
  }
  return certificate
}
