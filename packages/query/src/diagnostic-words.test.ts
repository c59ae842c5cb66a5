import { expect, test } from 'vitest'
import { wordsFor } from './diagnostic-words.ts'

test('a long list of names is shortened in the hint and whole in `allowed`', () => {
  const known = Array.from({ length: 40 }, (_, index) => `Dataset${index}`)
  const { hint, allowed } = wordsFor('unknown_dataset', { name: 'zzzzzz', known })
  expect(hint).toMatch(/^Datasets: Dataset0, .* and 28 more$/)
  expect(allowed).toEqual(known)
})

test('a list of nothing has no hint', () => {
  expect(wordsFor('unknown_range', { name: 'TODAY', dataset: 'Profile', known: [] })).toEqual({
    message: 'Profile does not offer the TIMESPAN TODAY',
    allowed: [],
  })
})

test('a function is told to be none', () => {
  const words = wordsFor('unknown_column', { name: 'SUM(Quantity)', dataset: 'Sales', known: ['Quantity'] })
  expect(words.hint).toContain('no functions')
})
