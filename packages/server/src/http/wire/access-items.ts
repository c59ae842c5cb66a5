import type { AccountItem, AuditItem, CertificateItem, ClientItem, KeyItem, SecretItem } from '@almanac/api'
import type { AuditLine } from '../../access/audit-log.ts'
import type { ClientCertificate } from '../../access/client-certificate.ts'
import type { ClientSecret } from '../../access/client-secret.ts'
import type { Account, Client } from '../../access/client.ts'
import { isLive } from '../../access/is-live.ts'
import type { StoredKey } from '../../access/key-store.ts'
import { toWireTime } from '../../kernel/hours.ts'
import { toWireTimeOrNull } from './recurrence-fields.ts'

// Field by field: what is shown can't contain a hash or a key by accident.

export function accountItem(account: Account): AccountItem {
  return {
    accountId: account.id,
    name: account.name,
    createdTime: toWireTime(account.createdAt),
    disabledTime: toWireTimeOrNull(account.disabledAt),
  }
}

export function clientItem(client: Client): ClientItem {
  return {
    clientId: client.id,
    accountId: client.accountId,
    name: client.name,
    user: client.user,
    roles: [...client.roles],
    createdTime: toWireTime(client.createdAt),
    disabledTime: toWireTimeOrNull(client.disabledAt),
    accountDisabledTime: toWireTimeOrNull(client.accountDisabledAt),
  }
}

export function secretItem(secret: ClientSecret, now: number): SecretItem {
  return {
    secretId: secret.id,
    clientId: secret.clientId,
    hint: secret.hint,
    createdTime: toWireTime(secret.createdAt),
    expiryTime: toWireTimeOrNull(secret.expiresAt),
    lastUsedTime: toWireTimeOrNull(secret.lastUsedAt),
    expired: !isLive(secret, now),
  }
}

export function certificateItem(certificate: ClientCertificate, now: number): CertificateItem {
  return {
    thumbprint: certificate.thumbprint,
    clientId: certificate.clientId,
    subject: certificate.subject,
    validFromTime: toWireTime(certificate.validFromAt),
    expiryTime: toWireTime(certificate.expiresAt),
    createdTime: toWireTime(certificate.createdAt),
    lastUsedTime: toWireTimeOrNull(certificate.lastUsedAt),
    expired: !isLive(certificate, now),
  }
}

export function keyItem(key: StoredKey): KeyItem {
  return {
    keyId: key.id,
    purpose: key.purpose,
    createdTime: toWireTime(key.createdAt),
    signsFromTime: toWireTime(key.signsFromAt),
    endTime: toWireTimeOrNull(key.endsAt),
  }
}

export function auditItem({ number, text, hash }: AuditLine): AuditItem {
  return { number, entry: entryIn(text), hash }
}

/** The log wrote this text itself; null for one that somebody has altered beyond reading, which must not hide the others. */
function entryIn(text: string): AuditItem['entry'] {
  try {
    return JSON.parse(text) as AuditItem['entry']
  } catch {
    return null
  }
}
