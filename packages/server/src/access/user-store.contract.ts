import { describe, expect, test } from 'vitest'
import { useTestDatabase, type MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { ClientUser, RefreshToken } from './client-user.ts'
import { aClient, anEntry, enrol } from './testing/a-client.ts'

function aUser(change: Partial<ClientUser> = {}): ClientUser {
  return { id: 'user-1', clientId: 'client-1', name: 'ana@contoso.example', passwordHash: 'h', createdAt: 1, ...change }
}

function aToken(hash: string, change: Partial<RefreshToken> = {}): RefreshToken {
  return { hash, familyId: 'f-1', clientId: 'client-1', userId: 'user-1', createdAt: 1, endsAt: 1_000, ...change }
}

/** What every store of users does. */
export function userStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a store of users (${name})`, () => {
    const database = useTestDatabase(makeDatabase)
    const next = (hash: string, createdAt = 2) => ({ hash, createdAt, endsAt: createdAt + 999 })

    async function openWithUser() {
      const { clients, users } = database.stores
      await enrol(clients, aClient())
      expect(await users.insertUser(aUser(), anEntry('user.added'))).toBe(true)
      return {
        users,
        take: (hash: string, then: string, at?: number) =>
          users.takeRefreshToken({ hash, clientId: 'client-1' }, next(then, at)),
      }
    }

    test('keeps users as they are, each name once for each client; one that is known leaves no line', async () => {
      const { users } = await openWithUser()
      const { clients, audit } = database.stores
      await enrol(clients, aClient({ id: 'client-2' }))
      const other = aUser({ id: 'user-2', clientId: 'client-2' })
      expect(await users.insertUser(other, anEntry('user.added'))).toBe(true)
      const before = (await audit.head()).number
      expect(await users.insertUser(aUser({ id: 'user-3' }), anEntry('user.added'))).toBe(false)
      expect((await audit.head()).number).toBe(before)
      expect(await users.listUsers('client-1')).toEqual([aUser()])
      expect(await users.listUsers('client-2')).toEqual([other])
    })

    test('exchanges a refresh token for the next one, of the same user', async () => {
      const { users, take } = await openWithUser()
      await users.insertRefreshToken(aToken('one'))
      expect(await take('one', 'two')).toEqual({ kind: 'taken', user: aUser() })
      expect(await take('two', 'three', 900)).toEqual({ kind: 'taken', user: aUser() })
      expect(await take('nobody knows', 'four')).toEqual({ kind: 'unknown' })
    })

    test('ends all of a family when one is used twice, and no other', async () => {
      const { users, take } = await openWithUser()
      await users.insertRefreshToken(aToken('one'))
      await users.insertRefreshToken(aToken('elsewhere', { familyId: 'f-2' }))
      await take('one', 'two')
      expect(await take('one', 'stolen')).toEqual({ kind: 'reused' })
      for (const hash of ['one', 'two', 'stolen']) expect(await take(hash, 'x')).toEqual({ kind: 'unknown' })
      expect(await take('elsewhere', 'y')).toMatchObject({ kind: 'taken' })
    })

    test('lets one of two have it who come at once, on two servers', async () => {
      const { users } = await openWithUser()
      await users.insertRefreshToken(aToken('one'))
      const stores = [database.stores, await database.connectAgain()]
      const outcomes = await Promise.all(
        stores.map((store, index) =>
          store.users.takeRefreshToken({ hash: 'one', clientId: 'client-1' }, next(`next-${index}`)),
        ),
      )
      expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['reused', 'taken'])
    })

    test('refuses what has ended, what is of another client, and what was of a user who is gone', async () => {
      const { users, take } = await openWithUser()
      await users.insertRefreshToken(aToken('old'))
      expect(await take('old', 'x', 1_000)).toEqual({ kind: 'ended' })
      await users.insertRefreshToken(aToken('one', { createdAt: 2_000, endsAt: 3_000 }))
      expect(await users.takeRefreshToken({ hash: 'one', clientId: 'client-2' }, next('x'))).toEqual({
        kind: 'unknown',
      })
      expect(await users.removeUser('client-1', 'bob', anEntry('user.removed'))).toBe(false)
      expect(await users.removeUser('client-1', 'ana@contoso.example', anEntry('user.removed'))).toBe(true)
      expect(await take('one', 'x')).toEqual({ kind: 'unknown' })
    })
  })
}
