import { expect, test } from 'vitest'
import { evenLength } from './even-length.ts'

test('a list is filled up with its last item to a power of two', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e']].map(evenLength)).toEqual([
    [],
    ['a'],
    ['a', 'b'],
    ['a', 'b', 'c', 'c'],
    ['a', 'b', 'c', 'd', 'e', 'e', 'e', 'e'],
  ])
})
