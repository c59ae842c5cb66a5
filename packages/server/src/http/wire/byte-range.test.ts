import { describe, expect, test } from 'vitest'
import { byteRange } from './byte-range.ts'

describe('byteRange', () => {
  test.each([
    ['bytes=0-99', { start: 0, end: 99 }],
    ['bytes=990-', { start: 990, end: 999 }],
    ['bytes=-10', { start: 990, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=900-5000', { start: 900, end: 999 }],
    ['BYTES = 1 - 2', { start: 1, end: 2 }],
    ['bytes=999-999', { start: 999, end: 999 }],
  ])('%s of 1000 bytes', (header, range) => {
    expect(byteRange(header, 1_000)).toEqual(range)
  })

  test.each([
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=5-2',
    'bytes=a-b',
    'rows=0-9',
    'bytes=0-1,5-6',
    'bytes=99999999999999999-',
  ])('%s asks for the whole', (header) => {
    expect(byteRange(header, 1_000)).toBe('whole')
  })

  test.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=-0'])('%s lies outside', (header) => {
    expect(byteRange(header, 1_000)).toBe('outside')
  })

  test('every part of an empty file lies outside', () => {
    expect(byteRange('bytes=0-', 0)).toBe('outside')
    expect(byteRange('bytes=-1', 0)).toBe('outside')
  })
})
