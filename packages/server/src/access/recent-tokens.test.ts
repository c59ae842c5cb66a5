import { expect, test } from 'vitest'
import { createRecentTokens } from './recent-tokens.ts'

test('beyond its capacity it forgets the token that was not seen for the longest', () => {
  const recent = createRecentTokens<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  expect(recent.get('a')).toBe(1)
  recent.set('c', 3)
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3])
})

test('one that was asked for last, and again after another came, is the newest', () => {
  const recent = createRecentTokens<number>(2)
  recent.set('a', 1)
  expect(recent.get('a')).toBe(1)
  recent.set('b', 2)
  expect(recent.get('a')).toBe(1)
  recent.set('c', 3)
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, undefined, 3])
})

test('setting a token again takes no second place', () => {
  const recent = createRecentTokens<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 3)
  expect([recent.get('a'), recent.get('b')]).toEqual([3, 2])
  recent.delete('a')
  expect(recent.get('a')).toBeUndefined()
})
