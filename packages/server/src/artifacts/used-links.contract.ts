import { describe, expect, test } from 'vitest'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'

/** What every store of used links does. */
export function usedLinksContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a store of used links (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    test('takes each link once', async () => {
      const { usedLinks } = database.stores
      expect(await usedLinks.use({ id: 'a', endsAt: 100 }, 1)).toBe(true)
      expect(await usedLinks.use({ id: 'a', endsAt: 100 }, 2)).toBe(false)
      expect(await usedLinks.use({ id: 'b', endsAt: 100 }, 2)).toBe(true)
    })

    test('takes a link once from several servers that are asked at the same time', async () => {
      const other = await database.connectAgain()
      const uses = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? database.stores : other).usedLinks.use({ id: 'a', endsAt: 100 }, 1),
        ),
      )
      expect(uses.filter((isFirst) => isFirst)).toHaveLength(1)
    })

    test('forgets what has ended, so that they never pile up', async () => {
      const { usedLinks } = database.stores
      for (let index = 0; index < 30; index += 1) await usedLinks.use({ id: `old-${index}`, endsAt: 10 }, 1)
      await usedLinks.use({ id: 'new', endsAt: 100 }, 10)
      await usedLinks.use({ id: 'newer', endsAt: 100 }, 10)
      expect(await usedLinks.use({ id: 'new', endsAt: 100 }, 10)).toBe(false)
      // Whoever asks for one of these has been told that it has expired long before it comes here.
      const again = await Promise.all(
        Array.from({ length: 30 }, (_, index) => usedLinks.use({ id: `old-${index}`, endsAt: 100 }, 10)),
      )
      expect(again).not.toContain(false)
    })
  })
}
