import { expect, test } from 'vitest'
import { parseInstant } from './instant.ts'

test.each([
  ['2024-05-31', '2024-05-31T00:00:00.000Z', true],
  ['2024-05-31T10:30', '2024-05-31T10:30:00.000Z', false],
  ['2024-05-31 10:30:15Z', '2024-05-31T10:30:15.000Z', false],
  ['2024-05-31t10:30:15.25z', '2024-05-31T10:30:15.250Z', false],
  ['2024-05-31T00:30:00+02:00', '2024-05-30T22:30:00.000Z', false],
  ['2024-05-31T23:30:00-0130', '2024-06-01T01:00:00.000Z', false],
  ['2024-02-29', '2024-02-29T00:00:00.000Z', true],
  ['0001-01-01', '0001-01-01T00:00:00.000Z', true],
])('%s is %s', (text, iso, isDateOnly) => {
  expect(parseInstant(text)).toEqual({ atMicros: BigInt(Date.parse(iso)) * 1000n, isDateOnly })
})

test('microseconds are kept', () => {
  expect(parseInstant('1970-01-01T00:00:00.000001Z')?.atMicros).toBe(1n)
})

test.each([
  '2024-02-30',
  '2023-02-29',
  '2024-13-01',
  '2024-1-1',
  '20240101',
  '01/31/2024',
  '2024-01-01T24:00',
  '2024-01-01T10:60',
  '2024-01-01T10:00:60',
  '2024-01-01T10:00+25:00',
  '0000-01-01',
  ' 2024-01-01',
  '2024-01-01Z',
  'noon',
  '',
])('%j is no instant', (text) => {
  expect(parseInstant(text)).toBeUndefined()
})
