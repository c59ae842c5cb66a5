import type { AuditEntry } from '../kernel/audit-entry.ts'
import type { Role } from './caller.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { ClientSecret } from './client-secret.ts'
import type { Account, Client } from './client.ts'

/** The first thing that a client proves itself by. */
export type FirstCredential =
  | { readonly kind: 'secret'; readonly secret: ClientSecret }
  | { readonly kind: 'certificate'; readonly certificate: ClientCertificate }

export interface AccountChange {
  readonly name?: string
  readonly disabledAt?: number | null
}

export interface ClientChange {
  readonly name?: string
  readonly roles?: readonly Role[]
  readonly disabledAt?: number | null
}

/** Port: accounts and their clients. A change and its line in the audit log are one transaction. */
export interface ClientStore {
  /** Adds the account; leaves one that exists as it is, and tells nothing of it then. */
  putAccount(account: Account, entry: AuditEntry): Promise<void>
  /** False when there is no such account. */
  changeAccount(accountId: string, change: AccountChange, entry: AuditEntry): Promise<boolean>
  /** With the first thing that it proves itself by; null: it has nothing yet. */
  insertClient(client: Client, credential: FirstCredential | null, entry: AuditEntry): Promise<void>
  /** False when there is no such client. */
  changeClient(clientId: string, change: ClientChange, entry: AuditEntry): Promise<boolean>
  findAccount(accountId: string): Promise<Account | undefined>
  findClient(clientId: string): Promise<Client | undefined>
  listAccounts(): Promise<readonly Account[]>
  /** Of one account, or of all (null). */
  listClients(accountId: string | null): Promise<readonly Client[]>
}
