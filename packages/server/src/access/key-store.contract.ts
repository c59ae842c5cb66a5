import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import { anEntry } from './testing/a-client.ts'
import type { StoredKey } from './key-store.ts'

function aKey(change: Partial<StoredKey> = {}): StoredKey {
  return {
    id: 'key-1',
    purpose: 'link',
    material: 'c2VjcmV0',
    createdAt: 1_000,
    signsFromAt: 1_000,
    endsAt: null,
    ...change,
  }
}

/** What every key store does. */
export function keyStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a key store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('lists the keys of one purpose, the newest first', async () => {
      const { keys } = database.stores
      const [old, young] = [aKey(), aKey({ id: 'key-2', createdAt: 2_000, signsFromAt: 3_000 })]
      const token = aKey({ id: 'key-3', purpose: 'token', material: '{"kty":"OKP"}' })
      await keys.insertFirst(old)
      await keys.insertFirst(token)
      await keys.rotate(young, { othersEndAt: 9_000, forgetBeforeAt: 0 }, anEntry('key.rotated'))
      expect(await keys.list('link')).toEqual([young, { ...old, endsAt: 9_000 }])
      expect(await keys.list('token')).toEqual([token])
    })

    test('a rotation ends the others at its time or before, and forgets those that have ended', async () => {
      const { keys } = database.stores
      const rotate = (id: string, othersEndAt: number, forgetBeforeAt: number) =>
        keys.rotate(aKey({ id, createdAt: othersEndAt }), { othersEndAt, forgetBeforeAt }, anEntry('key.rotated'))
      await keys.insertFirst(aKey())
      await rotate('key-2', 5_000, 0)
      await rotate('key-3', 6_000, 0)
      const ends = async () => (await keys.list('link')).map(({ id, endsAt }) => [id, endsAt])
      expect(await ends()).toEqual([
        ['key-3', null],
        ['key-2', 6_000],
        ['key-1', 5_000],
      ])
      await rotate('key-4', 6_500, 5_500)
      expect(await ends()).toEqual([
        ['key-4', null],
        ['key-3', 6_500],
        ['key-2', 6_000],
      ])
      expect((await database.stores.audit.head()).number).toBe(3)
    })

    test('makes one key when several servers start at once', async () => {
      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()]
      await Promise.all(stores.map(({ keys }, index) => keys.insertFirst(aKey({ id: `key-${index}` }))))
      expect(await database.stores.keys.list('link')).toHaveLength(1)
    })
  })
}
