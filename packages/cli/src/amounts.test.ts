import { expect, test } from 'vitest'
import { formatBytes, formatDuration, grouped } from './amounts.ts'

test('bytes are told in the largest unit that leaves a number from 1', () => {
  expect([0, 999, 1_000, 51_360, 1_234_567, 2.5e9, 3e15].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '51.4 kB',
    '1.2 MB',
    '2.5 GB',
    '3000.0 TB',
  ])
})

test('durations are told as one would say them', () => {
  expect([0.4, 12.3, 999, 3_449, 60_000, 125_900].map(formatDuration)).toEqual([
    '0 ms',
    '12 ms',
    '999 ms',
    '3.4 s',
    '1 min 0 s',
    '2 min 5 s',
  ])
})

test('counts have their thousands set apart', () => {
  expect(grouped(1_234_567)).toBe('1,234,567')
})
