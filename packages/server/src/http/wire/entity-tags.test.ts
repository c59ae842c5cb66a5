import { describe, expect, test } from 'vitest'
import { acceptsGzip, hasTag, rangeHolds } from './entity-tags.ts'

describe('acceptsGzip', () => {
  test.each(['gzip', 'gzip, deflate, br', 'deflate;q=0.5, GZIP;q=0.1', '*', 'x-gzip', 'br;q=1.0, *;q=0.5'])(
    '%s: yes',
    (header) => {
      expect(acceptsGzip(header)).toBe(true)
    },
  )

  test.each([undefined, '', 'identity', 'br', 'gzip;q=0', 'gzip; q=0.0, *', '*;q=0', 'gzip;q=no'])(
    '%s: no',
    (header) => {
      expect(acceptsGzip(header)).toBe(false)
    },
  )
})

describe('hasTag', () => {
  test.each(['"abc"', 'W/"abc"', '"x", "abc"', '*'])('%s names it', (header) => {
    expect(hasTag(header, '"abc"')).toBe(true)
  })

  test.each([undefined, '"abc-gzip"', 'abc', ''])('%s does not', (header) => {
    expect(hasTag(header, '"abc"')).toBe(false)
  })
})

test('If-Range holds for this very content only', () => {
  expect(rangeHolds(undefined, '"abc"')).toBe(true)
  expect(rangeHolds('"abc"', '"abc"')).toBe(true)
  expect(rangeHolds('"abd"', '"abc"')).toBe(false)
  expect(rangeHolds('W/"abc"', '"abc"')).toBe(false)
  expect(rangeHolds('Wed, 21 Oct 2026 07:28:00 GMT', '"abc"')).toBe(false)
})
