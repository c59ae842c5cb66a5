import type { ClientCertificate } from '../access/client-certificate.ts'
import type { ClientSecret } from '../access/client-secret.ts'
import type { ClientCertificateTable, ClientSecretTable } from './database.ts'

export function secretRow(secret: ClientSecret): ClientSecretTable {
  return {
    id: secret.id,
    client_id: secret.clientId,
    secret_hash: secret.hash,
    hint: secret.hint,
    created_at: secret.createdAt,
    expires_at: secret.expiresAt,
    last_used_at: secret.lastUsedAt,
  }
}

export function secretFrom(row: ClientSecretTable): ClientSecret {
  return {
    id: row.id,
    clientId: row.client_id,
    hash: row.secret_hash,
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

export function certificateRow(certificate: ClientCertificate): ClientCertificateTable {
  return {
    client_id: certificate.clientId,
    thumbprint: certificate.thumbprint,
    thumbprint_sha1: certificate.thumbprintSha1,
    public_key: certificate.publicKey,
    subject: certificate.subject,
    valid_from_at: certificate.validFromAt,
    expires_at: certificate.expiresAt,
    created_at: certificate.createdAt,
    last_used_at: certificate.lastUsedAt,
  }
}

export function certificateFrom(row: ClientCertificateTable): ClientCertificate {
  return {
    clientId: row.client_id,
    thumbprint: row.thumbprint,
    thumbprintSha1: row.thumbprint_sha1,
    publicKey: row.public_key,
    subject: row.subject,
    validFromAt: row.valid_from_at,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
