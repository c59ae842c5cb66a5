import type { AccountItem, CertificateItem, ClientItem, KeyItem, SecretItem } from '@almanac/api'
import { mkdir } from 'node:fs/promises'
import { addCertificate } from './access/add-certificate.ts'
import { addSecret } from './access/add-secret.ts'
import { addUser } from './access/add-user.ts'
import type { AuditHead, AuditLine } from './access/audit-log.ts'
import type { Role } from './access/caller.ts'
import { setAccountStanding, setClientRoles, setClientStanding, type Standing } from './access/change-client.ts'
import type { ClientUser } from './access/client-user.ts'
import type { Client } from './access/client.ts'
import { createAccount } from './access/create-account.ts'
import { createClient, createClientWithCertificate } from './access/create-client.ts'
import type { StoredKey } from './access/key-store.ts'
import { readAudit } from './access/read-audit.ts'
import { removeCertificate } from './access/remove-certificate.ts'
import { removeSecret } from './access/remove-secret.ts'
import { removeUser } from './access/remove-user.ts'
import { requireClient } from './access/require-client.ts'
import { rotateKey, type Changeover } from './access/rotate-key.ts'
import { showWebhookSecret } from './access/show-webhook-secret.ts'
import { verifyAuditLog } from './access/verify-audit-log.ts'
import type { AuditVerdict } from './access/verify-audit.ts'
import type { Settings } from './config/settings.ts'
import { accountItem, certificateItem, clientItem, keyItem, secretItem } from './http/wire/access-items.ts'
import { inWords } from './in-words.ts'
import { openCommandClock } from './installation-clock.ts'
import { toWireTime } from './kernel/hours.ts'
import { randomId } from './kernel/ids.ts'
import { openStores } from './open-stores.ts'
import { machineUser } from './tell-audit.ts'

export interface NewClient {
  /** As the datasets' account columns hold it. Made known if it isn't yet. */
  readonly accountId: string
  readonly name: string
  readonly roles: readonly Role[]
}

export interface AddedClient {
  readonly tenantId: string
  readonly clientId: string
  /** Signs the client's callbacks (Standard Webhooks). */
  readonly webhookSecret: string
}

/** A person who logs in by a client. */
export interface UserItem {
  readonly name: string
  readonly createdTime: string
}

/** Who may come in, managed in an installation's data folder. Everything that is done raises an `Error` in words. */
export interface Administration {
  listAccounts(): Promise<readonly AccountItem[]>
  addAccount(account: { readonly id: string; readonly name: string }): Promise<AccountItem>
  setAccountStanding(accountId: string, standing: Standing): Promise<void>
  /** Of one account, or of all (null). */
  listClients(accountId: string | null): Promise<readonly ClientItem[]>
  /** With a secret, in clear this one time. */
  addClient(client: NewClient, expiresInDays: number | null): Promise<AddedClient & { readonly clientSecret: string }>
  /** With a certificate (PEM or DER) in place of a secret. */
  addClientWithCertificate(client: NewClient, certificate: Buffer): Promise<AddedClient>
  setClientStanding(clientId: string, standing: Standing): Promise<void>
  setClientRoles(clientId: string, roles: readonly Role[]): Promise<void>
  listSecrets(clientId: string): Promise<readonly SecretItem[]>
  addSecret(clientId: string, expiresInDays: number | null): Promise<SecretItem & { readonly clientSecret: string }>
  removeSecret(clientId: string, secretId: string): Promise<void>
  listCertificates(clientId: string): Promise<readonly CertificateItem[]>
  addCertificate(clientId: string, certificate: Buffer): Promise<CertificateItem>
  removeCertificate(clientId: string, thumbprint: string): Promise<void>
  /** What a client's callbacks are signed with: of a client of another issuer, nobody has been told. */
  showWebhookSecret(clientId: string): Promise<string>
  listUsers(clientId: string): Promise<readonly UserItem[]>
  /** With a password, in clear this one time. */
  addUser(clientId: string, name: string): Promise<UserItem & { readonly password: string }>
  removeUser(clientId: string, name: string): Promise<void>
  listKeys(): Promise<readonly KeyItem[]>
  rotateKey(purpose: StoredKey['purpose'], changeover: Changeover): Promise<KeyItem>
  /** The audit log in order, from one line on. */
  auditLines(fromNumber: number): AsyncIterable<AuditLine>
  verifyAudit(anchor: AuditHead | null): Promise<AuditVerdict>
}

/**
 * Does administration in an installation's database, in the name of the machine's user. A server may be running on
 * it: it knows what was changed at once, or within seconds where it remembers.
 */
export async function administer<Result>(
  settings: Settings,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  await mkdir(settings.dataFolder, { recursive: true })
  const stores = await openStores(settings)
  const done = new AbortController()
  try {
    const { clients, credentials, users, keys, audit, installation } = stores
    const clock = await openCommandClock(stores, settings, done.signal)
    const linkLifetimeHours = settings.links.lifetimeHours
    const deps = { clients, credentials, users, keys, clock, newId: randomId, linkLifetimeHours }
    const source = machineUser()
    return await inWords(() =>
      work({
        listAccounts: async () => (await clients.listAccounts()).map(accountItem),
        addAccount: async (account) => accountItem(await createAccount(deps, source, account)),
        setAccountStanding: (accountId, standing) => setAccountStanding(deps, source, { accountId, standing }),
        listClients: async (accountId) => (await clients.listClients(accountId)).map(clientItem),
        async addClient(client, expiresInDays) {
          await createAccount(deps, source, { id: client.accountId, name: client.accountId })
          const made = await createClient(deps, source, { ...client, expiresInDays })
          return { ...(await added(made.client)), clientSecret: made.secret }
        },
        async addClientWithCertificate(client, certificate) {
          await createAccount(deps, source, { id: client.accountId, name: client.accountId })
          return added(await createClientWithCertificate(deps, source, { ...client, certificate }))
        },
        setClientStanding: (clientId, standing) => setClientStanding(deps, source, { clientId, standing }),
        setClientRoles: (clientId, roles) => setClientRoles(deps, source, { clientId, roles }),
        async listSecrets(clientId) {
          await requireClient(clients, clientId)
          return (await credentials.listSecrets(clientId)).map((secret) => secretItem(secret, clock.now()))
        },
        async addSecret(clientId, expiresInDays) {
          const { kept, secret } = await addSecret(deps, source, { clientId, expiresInDays })
          return { ...secretItem(kept, clock.now()), clientSecret: secret }
        },
        removeSecret: (clientId, secretId) => removeSecret(deps, source, { clientId, secretId }),
        async listCertificates(clientId) {
          await requireClient(clients, clientId)
          const certificates = await credentials.listCertificates(clientId)
          return certificates.map((certificate) => certificateItem(certificate, clock.now()))
        },
        addCertificate: async (clientId, certificate) =>
          certificateItem(await addCertificate(deps, source, { clientId, certificate }), clock.now()),
        removeCertificate: (clientId, thumbprint) => removeCertificate(deps, source, { clientId, thumbprint }),
        showWebhookSecret: (clientId) => showWebhookSecret({ clients, audit, clock }, source, { clientId }),
        async listUsers(clientId) {
          await requireClient(clients, clientId)
          return (await users.listUsers(clientId)).map(userItem)
        },
        async addUser(clientId, name) {
          const { user, password } = await addUser(deps, source, { clientId, name })
          return { ...userItem(user), password }
        },
        removeUser: (clientId, name) => removeUser(deps, source, { clientId, name }),
        listKeys: async () => [...(await keys.list('token')), ...(await keys.list('link'))].map(keyItem),
        rotateKey: async (purpose, changeover) => keyItem(await rotateKey(deps, source, { purpose, changeover })),
        auditLines: (fromNumber) => readAudit(audit, fromNumber),
        verifyAudit: (anchor) => verifyAuditLog(audit, anchor),
      }),
    )

    async function added({ id, webhookSecret }: Client): Promise<AddedClient> {
      const tenantId = await installation.getOrSet('tenantId', settings.tenantId ?? randomId())
      return { tenantId, clientId: id, webhookSecret }
    }
  } finally {
    done.abort()
    await stores.close()
  }
}

function userItem({ name, createdAt }: ClientUser): UserItem {
  return { name, createdTime: toWireTime(createdAt) }
}
