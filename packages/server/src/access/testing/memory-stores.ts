import type { Account, Client } from '../client.ts'
import type { ClientStore } from '../client-store.ts'
import type { KeyStore, StoredKey } from '../key-store.ts'

/** A client store in memory, for tests of who may come in. Its clients can be changed under the verifier's feet. */
export function createMemoryClientStore(): ClientStore & { change(clientId: string, change: Partial<Client>): void } {
  const accounts = new Map<string, Account>()
  const clients = new Map<string, Client>()
  return {
    async putAccount(account) {
      if (!accounts.has(account.id)) accounts.set(account.id, account)
    },
    async insertClient(client) {
      if (!accounts.has(client.accountId)) throw new Error(`no account ${client.accountId}`)
      clients.set(client.id, client)
    },
    findClient: async (clientId) => clients.get(clientId),
    listAccounts: async () => [...accounts.values()],
    listClients: async (accountId) => [...clients.values()].filter((client) => client.accountId === accountId),
    change(clientId, change) {
      const client = clients.get(clientId)
      if (client === undefined) throw new Error(`no client ${clientId}`)
      clients.set(clientId, { ...client, ...change })
    },
  }
}

/** A key store in memory that counts how often it is read. */
export function createMemoryKeyStore(): KeyStore & { readonly reads: number } {
  const keys: StoredKey[] = []
  let reads = 0
  return {
    async list(purpose) {
      reads += 1
      return keys.filter((key) => key.purpose === purpose).toSorted((a, b) => b.createdAt - a.createdAt)
    },
    async insertUnless(key, unlessSince) {
      if (keys.some((other) => other.purpose === key.purpose && other.createdAt > unlessSince)) return
      keys.push(key)
    },
    get reads() {
      return reads
    },
  }
}
