import { serverItself, type AuditAction, type AuditEntry } from '../../kernel/audit-entry.ts'
import type { ClientCertificate } from '../client-certificate.ts'
import type { ClientSecret } from '../client-secret.ts'
import type { ClientStore } from '../client-store.ts'
import type { Account, Client } from '../client.ts'

const madeAt = Date.UTC(2026, 0, 10)

/** An account for tests; what a test speaks of it says itself. */
export function anAccount(change: Partial<Account> = {}): Account {
  return { id: 'account-1', name: 'Contoso', createdAt: madeAt, disabledAt: null, ...change }
}

/** A client of `anAccount` for tests. */
export function aClient(change: Partial<Client> = {}): Client {
  return {
    id: 'client-1',
    accountId: 'account-1',
    name: 'Nightly import',
    user: '100001',
    roles: ['Reports.ReadWrite'],
    webhookSecret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    createdAt: madeAt,
    disabledAt: null,
    accountDisabledAt: null,
    ...change,
  }
}

/** A secret of `aClient`, that nobody knows. */
export function aSecret(change: Partial<ClientSecret> = {}): ClientSecret {
  return {
    id: 'secret-1',
    clientId: 'client-1',
    hash: 'hash',
    hint: 'abcd',
    createdAt: madeAt,
    expiresAt: null,
    lastUsedAt: null,
    ...change,
  }
}

/** A certificate of `aClient`. */
export function aCertificate(change: Partial<ClientCertificate> = {}): ClientCertificate {
  return {
    clientId: 'client-1',
    thumbprint: 'sha256',
    thumbprintSha1: 'sha1',
    publicKey: '-----BEGIN PUBLIC KEY-----',
    subject: 'CN=importer',
    validFromAt: madeAt,
    expiresAt: madeAt + 1_000,
    createdAt: madeAt,
    lastUsedAt: null,
    ...change,
  }
}

/** A line for the audit log. */
export function anEntry(action: AuditAction = 'client.added', change: Partial<AuditEntry> = {}): AuditEntry {
  return { ...serverItself, at: madeAt, action, objectId: 'object-1', accountId: 'account-1', detail: {}, ...change }
}

/** Makes a client known, and its account. */
export async function enrol(
  clients: ClientStore,
  client: Client,
  secret: ClientSecret = aSecret({ id: `secret-of-${client.id}`, clientId: client.id }),
): Promise<void> {
  await clients.putAccount(anAccount({ id: client.accountId, name: client.accountId }), anEntry('account.added'))
  await clients.insertClient(client, { kind: 'secret', secret }, anEntry())
}
