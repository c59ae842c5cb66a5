import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { ClientStore } from './client-store.ts'
import type { Client } from './client.ts'
import { aClient, anAccount, aSecret, anEntry } from './testing/a-client.ts'

const added = anEntry('account.added')

function insert(clients: ClientStore, client: Client): Promise<void> {
  const secret = aSecret({ id: `secret-of-${client.id}`, clientId: client.id })
  return clients.insertClient(client, { kind: 'secret', secret }, anEntry())
}

/** What every client store does. */
export function clientStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a client store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('lists accounts, the oldest first', async () => {
      const { clients } = database.stores
      expect(await clients.listAccounts()).toEqual([])
      const [young, old] = [anAccount({ id: 'young', createdAt: 2 }), anAccount({ id: 'old', createdAt: 1 })]
      await clients.putAccount(young, added)
      await clients.putAccount(old, added)
      expect(await clients.listAccounts()).toEqual([old, young])
    })

    test('leaves an account that exists as it is', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount(), added)
      await clients.putAccount(anAccount({ name: 'Fabrikam', createdAt: 0 }), added)
      expect(await clients.listAccounts()).toEqual([anAccount()])
    })

    test('takes an account that two servers put at once', async () => {
      const other = await database.connectAgain()
      await Promise.all([database.stores, other].map(({ clients }) => clients.putAccount(anAccount(), added)))
      expect(await database.stores.clients.listAccounts()).toEqual([anAccount()])
    })

    test('finds a client as it was registered', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount(), added)
      const enabled = aClient({ roles: ['Reports.Read', 'Admin'] })
      const disabled = aClient({ id: 'client-2', roles: [], disabledAt: 5 })
      await insert(clients, enabled)
      await insert(clients, disabled)
      expect(await clients.findClient('client-1')).toEqual(enabled)
      expect(await clients.findClient('client-2')).toEqual(disabled)
      expect(await clients.findClient('client-3')).toBeUndefined()
    })

    test('takes a client that has nothing to prove itself by yet', async () => {
      const { clients, credentials } = database.stores
      await clients.putAccount(anAccount(), added)
      await clients.insertClient(aClient(), null, anEntry())
      expect(await clients.findClient('client-1')).toEqual(aClient())
      expect(await credentials.listSecrets('client-1')).toEqual([])
      expect(await credentials.listCertificates('client-1')).toEqual([])
    })

    test('changes what is named of an account and of a client, and nothing else', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount(), added)
      await insert(clients, aClient())
      expect(await clients.changeAccount('account-1', { name: 'Fabrikam' }, anEntry('account.renamed'))).toBe(true)
      expect(await clients.changeAccount('account-1', { disabledAt: 5 }, anEntry('account.disabled'))).toBe(true)
      expect(await clients.findAccount('account-1')).toEqual(anAccount({ name: 'Fabrikam', disabledAt: 5 }))
      expect(await clients.changeClient('client-1', { name: 'Reader' }, anEntry('client.renamed'))).toBe(true)
      expect(await clients.findClient('client-1')).toEqual(aClient({ name: 'Reader', accountDisabledAt: 5 }))
      expect(await clients.changeAccount('account-2', { name: 'x' }, anEntry('account.renamed'))).toBe(false)
      expect(await clients.changeClient('client-2', { name: 'x' }, anEntry('client.renamed'))).toBe(false)
    })

    test('lists the clients of one account, the oldest first', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount(), added)
      await clients.putAccount(anAccount({ id: 'account-2' }), added)
      await insert(clients, aClient({ id: 'young', createdAt: 2 }))
      await insert(clients, aClient({ id: 'old', createdAt: 1 }))
      await insert(clients, aClient({ id: 'foreign', accountId: 'account-2' }))
      expect((await clients.listClients('account-1')).map(({ id }) => id)).toEqual(['old', 'young'])
      expect(await clients.listClients('account-3')).toEqual([])
    })

    test('takes no client of an account that is not there, and no second one with the same id', async () => {
      const { clients } = database.stores
      await expect(insert(clients, aClient())).rejects.toBeInstanceOf(Error)
      await clients.putAccount(anAccount(), added)
      await insert(clients, aClient())
      await expect(insert(clients, aClient({ name: 'Impostor' }))).rejects.toBeInstanceOf(Error)
      expect(await clients.listClients('account-1')).toEqual([aClient()])
    })
  })
}
