import { expect, test } from 'vitest'
import { excerptAt } from './excerpt.ts'
import { positionOf } from './position-of.ts'

function excerpt(text: string, word: string): string {
  const start = text.indexOf(word)
  return excerptAt(text, positionOf(text, { start, end: start + word.length }))
}

test('a position counts lines and columns from 1, over every kind of line end', () => {
  expect(positionOf('a\nb\r\nc\rwrong', { start: 7, end: 12 })).toEqual({ line: 4, column: 1, offset: 7, length: 5 })
  expect(positionOf('', { start: 0, end: 0 })).toEqual({ line: 1, column: 1, offset: 0, length: 1 })
})

test('the markers stand under the words, tabs included', () => {
  expect(excerpt('SELECT a\n\tFROM here\nWHERE b = 1', 'here')).toBe(' FROM here\n      ^^^^')
})

test('a long line is cut round the place, and the markers with it', () => {
  const [line = '', marker = ''] = excerpt(`${'x'.repeat(500)} here ${'y'.repeat(500)}`, 'here').split('\n')
  expect(line).toHaveLength(102)
  expect(line.slice(marker.indexOf('^'), marker.lastIndexOf('^') + 1)).toBe('here')
  const [, long = ''] = excerpt(`a ${'z'.repeat(500)}`, 'z'.repeat(500)).split('\n')
  expect(long.length).toBeLessThanOrEqual(102)
})
