import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInstant } from './parse-instant.ts'

describe('parseInstant', () => {
  test.each([
    ['2024-01-06T19:00:00Z', '2024-01-06T19:00:00.000Z'],
    ['2024-01-06T19:00:00Z ', '2024-01-06T19:00:00.000Z'],
    ['2024-01-06 19:00:00Z', '2024-01-06T19:00:00.000Z'],
    ['2024-01-06t19:00:00z', '2024-01-06T19:00:00.000Z'],
    ['2024-01-06T19:00:00.5Z', '2024-01-06T19:00:00.500Z'],
    ['2024-01-06T19:00:00.1234567Z', '2024-01-06T19:00:00.123Z'],
    ['2024-01-06T19:00:00+02:00', '2024-01-06T17:00:00.000Z'],
    ['2024-01-06T19:00:00-0530', '2024-01-07T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%j is %s', (text, instant) => {
    expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(instant)
  })

  test.each([
    '',
    'string',
    '2024-01-06',
    '2024-01-06T19:00Z',
    '2024-01-06T19:00:00',
    '06/01/2024 19:00:00',
    '2024-1-6T19:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-00-10T00:00:00Z',
    '2024-01-06T24:00:00Z',
    '2024-01-06T19:60:00Z',
    '2024-01-06T19:00:60Z',
    '2024-01-06T19:00:00.Z',
    '2024-01-06T19:00:00+24:00',
    '2024-01-06T19:00:00+00:60',
    '2024-01-06T19:00:00 Z',
    '1704567600',
    'Sat, 06 Jan 2024 19:00:00 GMT',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  test('reads every instant that Date can write with four-digit years', () => {
    const dates = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime())
      }),
    )
  })
})
