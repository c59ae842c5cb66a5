import { expect, test } from 'vitest'
import { pageOf, type PageOf } from './page-of.ts'

const list = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))

test('pages join to the whole list, each item once', () => {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: PageOf<{ readonly id: string }> = pageOf(list, 2, cursor)
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(seen.join('')).toBe('abcde')
})

test('a list that ends with the page has no next one', () => {
  expect(pageOf(list, 5, null).nextCursor).toBeNull()
  expect(pageOf([], 5, null)).toEqual({ items: [], nextCursor: null })
})

test('a cursor that names nothing in the list is refused', () => {
  expect(() => pageOf(list, 2, 'bm90aGVyZQ')).toThrow('invalid_request')
})
