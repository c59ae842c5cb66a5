import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'

/** What every installation store does. */
export function installationStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`an installation store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('keeps the first value of each name for good', async () => {
      const { installation } = database.stores
      expect(await installation.getOrSet('tenantId', 'first')).toBe('first')
      expect(await installation.getOrSet('tenantId', 'second')).toBe('first')
      expect(await installation.getOrSet('other', 'second')).toBe('second')
      expect(await (await database.connectAgain()).installation.getOrSet('tenantId', 'third')).toBe('first')
    })

    test('finds what is kept, and nothing else', async () => {
      const { installation } = database.stores
      expect(await installation.find('clock')).toBeUndefined()
      await installation.put('clock', '1')
      expect(await installation.find('clock')).toBe('1')
    })

    test('keeps the last value that was put', async () => {
      const { installation } = database.stores
      await installation.put('clock', '1')
      await installation.put('clock', '2')
      expect(await installation.getOrSet('clock', '3')).toBe('2')
    })

    test('gives several servers that start at once the same value', async () => {
      const other = await database.connectAgain()
      const values = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          (index % 2 === 0 ? database.stores : other).installation.getOrSet('tenantId', `value-${index}`),
        ),
      )
      expect(new Set(values).size).toBe(1)
    })
  })
}
