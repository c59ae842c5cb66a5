import { serverItself } from '../../kernel/audit-entry.ts'
import { createFakeClock, type FakeClock } from '../../kernel/testing/fake-clock.ts'
import type { AuditLog } from '../audit-log.ts'
import { createAccount } from '../create-account.ts'
import { createClient, type CreatedClient } from '../create-client.ts'
import type { Issuer } from '../issuer.ts'
import type { IssueTokenDeps } from '../issue-token.ts'
import type { TokenRequest } from '../token-form.ts'
import type { KeyStore } from '../key-store.ts'
import { createLoginGuard } from '../login-guard.ts'
import { createSecretChecker } from '../secret-checker.ts'
import { createTokenKeys } from '../token-keys.ts'
import type { UserStore } from '../user-store.ts'
import { openAccessStores, type AccessStores } from './access-stores.ts'

export const resource = 'https://api.partnercenter.microsoft.com'

export interface Installation extends IssueTokenDeps {
  readonly changeClient: AccessStores['changeClient']
  readonly changeFile: AccessStores['changeFile']
  readonly audit: AuditLog
  readonly userStore: UserStore
  readonly keyStore: KeyStore
  readonly clock: FakeClock
  readonly issuer: Issuer
  readonly contoso: CreatedClient
  /** A token request of Contoso's client; `change` replaces parameters of the form. */
  request(change?: Readonly<Record<string, unknown>>): TokenRequest
}

/** An installation of its own, with one account and one client, at noon of 2 March 2026. */
export async function createInstallation(tenantId = 'tenant-one'): Promise<Installation> {
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 12))
  const { clients, credentials, users, keys, audit, changeClient, changeFile } = await openAccessStores()
  let ids = 0
  const newId = () => {
    ids += 1
    return `${tenantId}-id-${ids}`
  }
  await createAccount({ clients, clock }, serverItself, { id: 'contoso', name: 'Contoso' })
  const contoso = await createClient({ clients, clock, newId }, serverItself, {
    accountId: 'contoso',
    name: 'Importer',
    roles: ['Reports.Read', 'Reports.ReadWrite'],
  })
  return {
    clients,
    credentials,
    users: null,
    userStore: users,
    audit,
    keyStore: keys,
    changeClient,
    changeFile,
    clock,
    machineClock: clock,
    logins: createLoginGuard(clock),
    tally: { issued: () => undefined, refused: () => undefined },
    onNoteLost: (error) => {
      throw error
    },
    newId,
    contoso,
    keys: createTokenKeys({ keys, clock, newId }),
    secrets: createSecretChecker(),
    issuer: { tenantId, publicUrl: () => 'https://reports.example.com' },
    audiences: [resource, 'https://graph.windows.net'],
    request: (change = {}) => ({
      tenantId,
      version: '1.0',
      authorization: null,
      network: '203.0.113.7',
      form: {
        grant_type: 'client_credentials',
        client_id: contoso.client.id,
        client_secret: contoso.secret,
        resource,
        ...change,
      },
    }),
  }
}
