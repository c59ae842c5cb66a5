import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { StoredKey } from './key-store.ts'

function aKey(change: Partial<StoredKey> = {}): StoredKey {
  return { id: 'key-1', purpose: 'link', material: 'c2VjcmV0', createdAt: 1_000, ...change }
}

/** What every key store does. */
export function keyStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a key store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('lists the keys of one purpose, the newest first', async () => {
      const { keys } = database.stores
      const [old, young] = [aKey(), aKey({ id: 'key-2', createdAt: 2_000 })]
      const token = aKey({ id: 'key-3', purpose: 'token', material: '{"kty":"OKP"}' })
      for (const key of [old, young, token]) await keys.insertUnless(key, key.createdAt)
      expect(await keys.list('link')).toEqual([young, old])
      expect(await keys.list('token')).toEqual([token])
    })

    test('adds no key while there is one younger than asked for', async () => {
      const { keys } = database.stores
      await keys.insertUnless(aKey(), 0)
      await keys.insertUnless(aKey({ id: 'key-2', createdAt: 1_500 }), 999)
      expect(await keys.list('link')).toEqual([aKey()])
      await keys.insertUnless(aKey({ id: 'key-2', createdAt: 1_500 }), 1_000)
      expect((await keys.list('link')).map(({ id }) => id)).toEqual(['key-2', 'key-1'])
    })

    test('makes one key when several servers start at once', async () => {
      const stores = [database.stores, await database.connectAgain(), await database.connectAgain()]
      await Promise.all(stores.map(({ keys }, index) => keys.insertUnless(aKey({ id: `key-${index}` }), 0)))
      expect(await database.stores.keys.list('link')).toHaveLength(1)
    })
  })
}
