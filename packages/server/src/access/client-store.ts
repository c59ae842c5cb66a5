import type { Account, Client } from './client.ts'

/** Port: accounts and their clients. */
export interface ClientStore {
  /** Adds the account; leaves one that exists as it is. */
  putAccount(account: Account): Promise<void>
  insertClient(client: Client): Promise<void>
  findClient(clientId: string): Promise<Client | undefined>
  listAccounts(): Promise<readonly Account[]>
  listClients(accountId: string): Promise<readonly Client[]>
}
