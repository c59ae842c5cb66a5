import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import { aClient, anAccount } from './testing/a-client.ts'

/** What every client store does. */
export function clientStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a client store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('lists accounts, the oldest first', async () => {
      const { clients } = database.stores
      expect(await clients.listAccounts()).toEqual([])
      const [young, old] = [anAccount({ id: 'young', createdAt: 2 }), anAccount({ id: 'old', createdAt: 1 })]
      await clients.putAccount(young)
      await clients.putAccount(old)
      expect(await clients.listAccounts()).toEqual([old, young])
    })

    test('leaves an account that exists as it is', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount())
      await clients.putAccount(anAccount({ name: 'Fabrikam', createdAt: 0 }))
      expect(await clients.listAccounts()).toEqual([anAccount()])
    })

    test('takes an account that two servers put at once', async () => {
      const other = await database.connectAgain()
      await Promise.all([database.stores, other].map(({ clients }) => clients.putAccount(anAccount())))
      expect(await database.stores.clients.listAccounts()).toEqual([anAccount()])
    })

    test('finds a client as it was registered', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount())
      const enabled = aClient({ roles: ['Reports.Read', 'Admin'] })
      const disabled = aClient({ id: 'client-2', roles: [], disabledAt: 5 })
      await clients.insertClient(enabled)
      await clients.insertClient(disabled)
      expect(await clients.findClient('client-1')).toEqual(enabled)
      expect(await clients.findClient('client-2')).toEqual(disabled)
      expect(await clients.findClient('client-3')).toBeUndefined()
    })

    test('lists the clients of one account, the oldest first', async () => {
      const { clients } = database.stores
      await clients.putAccount(anAccount())
      await clients.putAccount(anAccount({ id: 'account-2' }))
      await clients.insertClient(aClient({ id: 'young', createdAt: 2 }))
      await clients.insertClient(aClient({ id: 'old', createdAt: 1 }))
      await clients.insertClient(aClient({ id: 'foreign', accountId: 'account-2' }))
      expect((await clients.listClients('account-1')).map(({ id }) => id)).toEqual(['old', 'young'])
      expect(await clients.listClients('account-3')).toEqual([])
    })

    test('takes no client of an account that is not there, and no second one with the same id', async () => {
      const { clients } = database.stores
      await expect(clients.insertClient(aClient())).rejects.toBeInstanceOf(Error)
      await clients.putAccount(anAccount())
      await clients.insertClient(aClient())
      await expect(clients.insertClient(aClient({ name: 'Impostor' }))).rejects.toBeInstanceOf(Error)
      expect(await clients.listClients('account-1')).toEqual([aClient()])
    })
  })
}
