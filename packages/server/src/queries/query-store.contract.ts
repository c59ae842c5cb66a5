import { describe, expect, test } from 'vitest'
import type { PageCursor } from '../kernel/page.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { QueryFilter } from './query-store.ts'
import { aQuery } from './testing/a-query.ts'

const manyQueries = 1_000
const firstPage = { top: 100, after: null }

/** What every query store does. */
export function queryStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`a query store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)
    const add = (change: Parameters<typeof aQuery>[0] = {}, limit = manyQueries) =>
      database.stores.queries.insertWithin(aQuery(change), limit)

    async function idsOf(filter: QueryFilter, accountId = 'account-1', program = 'cmp') {
      const { items } = await database.stores.queries.list(accountId, program, filter, firstPage)
      return items.map(({ id }) => id)
    }

    test('gives back what it was given, to the letter', async () => {
      const query = aQuery({
        name: " Robert'); DROP TABLE queries;-- ",
        description: null,
        text: 'SELECT \u2018x\u2019, \'\u{1F4C8}\'\r\n\tFROM "Orders" -- \\ % _ ?',
        createdAt: 8_640_000_000_000_000,
      })
      expect(await database.stores.queries.insertWithin(query, 1)).toBe('inserted')
      expect(await database.stores.queries.find('account-1', 'cmp', query.id)).toEqual(query)
      expect((await database.stores.queries.list('account-1', 'cmp', {}, firstPage)).items).toEqual([query])
    })

    test('finds nothing of another account or program, and deletes nothing there', async () => {
      await add()
      for (const [accountId, program] of [
        ['account-2', 'cmp'],
        ['account-1', 'mpn'],
      ] as const) {
        expect(await database.stores.queries.find(accountId, program, 'query-1')).toBeUndefined()
        expect(await idsOf({}, accountId, program)).toEqual([])
        expect(await idsOf({ id: 'query-1' }, accountId, program)).toEqual([])
        expect(await idsOf({ name: 'Recent orders' }, accountId, program)).toEqual([])
        expect(await database.stores.queries.delete(accountId, program, 'query-1')).toBe('not_found')
      }
      expect(await idsOf({})).toEqual(['query-1'])
    })

    test('deletes a query once', async () => {
      await add()
      await add({ id: 'query-2' })
      expect(await database.stores.queries.delete('account-1', 'cmp', 'query-1')).toBe('deleted')
      expect(await database.stores.queries.delete('account-1', 'cmp', 'query-1')).toBe('not_found')
      expect(await idsOf({})).toEqual(['query-2'])
    })

    test('does not take a second query with the same id', async () => {
      await add()
      await expect(add({ name: 'Another' })).rejects.toBeInstanceOf(Error)
      expect((await database.stores.queries.find('account-1', 'cmp', 'query-1'))?.name).toBe('Recent orders')
    })

    describe('lists', () => {
      test('newest first', async () => {
        await add({ id: 'old', createdAt: 1 })
        await add({ id: 'new', createdAt: 3 })
        await add({ id: 'middle', createdAt: 2 })
        expect(await idsOf({})).toEqual(['new', 'middle', 'old'])
      })

      test('by whole name in any case, also beyond ASCII', async () => {
        await add({ id: 'upper', name: 'ÜBERSICHT 100%' })
        await add({ id: 'longer', name: 'Übersicht 100%!' })
        await add({ id: 'pattern', name: 'Übersicht 1000' })
        expect(await idsOf({ name: 'übersicht 100%' })).toEqual(['upper'])
        expect(await idsOf({ name: 'u\u0308bersicht 100%' })).toEqual(['upper'])
        expect(await idsOf({ name: '%' })).toEqual([])
        expect(await idsOf({ name: 'Übersicht 100_' })).toEqual([])
      })

      test('by id, and by both', async () => {
        await add({ id: 'one', name: 'One' })
        await add({ id: 'two', name: 'Two' })
        expect(await idsOf({ id: 'one' })).toEqual(['one'])
        expect(await idsOf({ id: 'one', name: 'ONE' })).toEqual(['one'])
        expect(await idsOf({ id: 'one', name: 'Two' })).toEqual([])
      })

      test.each([1, 2, 3, 4, 5, 6])(
        'in pages of %i that show each query once, also those made in the same instant',
        async (top) => {
          for (const [id, createdAt] of [
            ['a', 1],
            ['b', 2],
            ['c', 2],
            ['d', 2],
            ['e', 3],
          ] as const) {
            await add({ id, createdAt })
          }
          const seen: string[] = []
          let after: PageCursor | null = null
          do {
            const page = await database.stores.queries.list('account-1', 'cmp', {}, { top, after })
            expect(page.items.length).toBeLessThanOrEqual(top)
            seen.push(...page.items.map(({ id }) => id))
            after = page.next
          } while (after !== null)
          expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
        },
      )

      test('in pages that do not shift when a query is added or deleted between them', async () => {
        for (const [createdAt, id] of ['a', 'b', 'c', 'd'].entries()) await add({ id, createdAt })
        const first = await database.stores.queries.list('account-1', 'cmp', {}, { top: 2, after: null })
        await add({ id: 'e', createdAt: 9 })
        await database.stores.queries.delete('account-1', 'cmp', 'c')
        const second = await database.stores.queries.list('account-1', 'cmp', {}, { top: 2, after: first.next })
        expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a'])
        expect(second.next).toBeNull()
      })
    })

    describe('holds a limit', () => {
      test('per client, over all programs, and stores nothing beyond it', async () => {
        expect(await add({ id: 'one' }, 2)).toBe('inserted')
        expect(await add({ id: 'two', program: 'mpn' }, 2)).toBe('inserted')
        expect(await add({ id: 'three' }, 2)).toBe('limit_reached')
        expect(await add({ id: 'other client', clientId: 'client-2' }, 2)).toBe('inserted')
        expect(await add({ id: 'other account', accountId: 'account-2' }, 2)).toBe('inserted')
        expect((await idsOf({})).sort()).toEqual(['one', 'other client'])
      })

      test('that a deleted query no longer counts against', async () => {
        await add({ id: 'one' }, 1)
        await database.stores.queries.delete('account-1', 'cmp', 'one')
        expect(await add({ id: 'two' }, 1)).toBe('inserted')
      })

      test('when many are added at once, over two connections', async () => {
        const other = await database.connectAgain()
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) => {
            const { queries } = index % 2 === 0 ? database.stores : other
            return queries.insertWithin(aQuery({ id: `query-${index}` }), 7)
          }),
        )
        expect(results.filter((result) => result === 'inserted')).toHaveLength(7)
        expect(await idsOf({})).toHaveLength(7)
      })
    })
  })
}
