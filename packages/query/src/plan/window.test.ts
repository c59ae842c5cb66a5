import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDateRange } from './date-range.ts'
import { minusMonths, rangeWindow, startOfDay, windowDays, windowOf } from './window.ts'

const at = (text: string): number => Date.parse(text)
const dayMs = 86_400_000
const instants = fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2090-01-01T00:00:00Z') })

function bounds(name: string, reference: string, counting: 'rolling' | 'calendar' = 'rolling'): unknown {
  const range = parseDateRange(name)
  const window = range && rangeWindow(range, counting, at(reference))
  if (window === undefined || window === null) return window
  const texts = [window.startAt, window.endAt].map((time) => time !== undefined && new Date(time).toISOString())
  return [...texts, window.endInclusive]
}

describe('named ranges', () => {
  test.each([
    ['TODAY', '2024-05-31T10:30:00Z', ['2024-05-31T00:00:00.000Z', '2024-05-31T10:30:00.000Z', true]],
    ['yesterday', '2024-03-01T10:30:00Z', ['2024-02-29T00:00:00.000Z', '2024-03-01T00:00:00.000Z', false]],
    ['LAST_7_DAYS', '2024-03-03T10:30:00Z', ['2024-02-25T00:00:00.000Z', '2024-03-03T10:30:00.000Z', true]],
    ['LAST_MONTH', '2024-03-31T10:30:00Z', ['2024-02-29T00:00:00.000Z', '2024-03-31T10:30:00.000Z', true]],
    ['LAST_3_MONTHS', '2023-05-31T00:00:00Z', ['2023-02-28T00:00:00.000Z', '2023-05-31T00:00:00.000Z', true]],
    ['LAST_6_MONTHS', '2024-08-06T12:00:00Z', ['2024-02-06T00:00:00.000Z', '2024-08-06T12:00:00.000Z', true]],
    ['LAST_1_YEAR', '2024-02-29T10:00:00Z', ['2023-02-28T00:00:00.000Z', '2024-02-29T10:00:00.000Z', true]],
    ['LAST_3_YEARS', '2024-01-15T10:00:00Z', ['2021-01-15T00:00:00.000Z', '2024-01-15T10:00:00.000Z', true]],
    ['LIFETIME', '2024-01-15T10:00:00Z', null],
  ])('%s at %s', (name, reference, expected) => {
    expect(bounds(name, reference)).toEqual(expected)
  })

  test('count whole months before this one where the dataset says so', () => {
    const reference = '2024-05-31T10:30:00Z'
    expect(bounds('LAST_MONTH', reference, 'calendar')).toEqual([
      '2024-04-01T00:00:00.000Z',
      '2024-05-01T00:00:00.000Z',
      false,
    ])
    expect(bounds('LAST_1_YEAR', reference, 'calendar')).toEqual([
      '2023-05-01T00:00:00.000Z',
      '2024-05-01T00:00:00.000Z',
      false,
    ])
    expect(bounds('LAST_7_DAYS', reference, 'calendar')).toEqual(bounds('LAST_7_DAYS', reference))
  })

  test.each(['LAST_0_DAYS', 'LAST_DAYS', 'LAST_1000_YEARS', 'NEXT_MONTH', 'LAST_72_HOURS', ''])(
    '%j is none',
    (name) => {
      expect(parseDateRange(name)).toBeUndefined()
    },
  )

  test('the reference time is in every rolling range, and a longer range has all of a shorter one', () => {
    const names = [
      'TODAY',
      'LAST_7_DAYS',
      'LAST_MONTH',
      'LAST_3_MONTHS',
      'LAST_6_MONTHS',
      'LAST_1_YEAR',
      'LAST_3_YEARS',
    ]
    fc.assert(
      fc.property(instants, (referenceAt) => {
        const windows = names.map((name) => {
          const range = parseDateRange(name)
          return range === undefined ? null : rangeWindow(range, 'rolling', referenceAt)
        })
        const starts = windows.map((window) => window?.startAt ?? Number.NaN)
        expect(starts).toEqual(starts.toSorted((a, b) => b - a))
        for (const window of windows) {
          expect(window?.endAt).toBe(referenceAt)
          expect((window?.startAt ?? Number.NaN) % dayMs).toBe(0)
        }
      }),
    )
  })
})

describe('months', () => {
  test('keep the day, or take the last day of a shorter month', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 240 }), (instant, months) => {
        const from = new Date(startOfDay(instant))
        const to = new Date(minusMonths(startOfDay(instant), months))
        const monthsApart = (from.getUTCFullYear() - to.getUTCFullYear()) * 12 + from.getUTCMonth() - to.getUTCMonth()
        expect(monthsApart).toBe(months)
        const isLastDay = new Date(to.getTime() + dayMs).getUTCMonth() !== to.getUTCMonth()
        const isShortened = to.getUTCDate() < from.getUTCDate() && isLastDay
        expect(isShortened || to.getUTCDate() === from.getUTCDate()).toBe(true)
        expect(to.getTime() % dayMs).toBe(0)
      }),
    )
  })

  test('never go forward as the day goes forward', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 24 }), (instant, months) => {
        const day = startOfDay(instant)
        expect(minusMonths(day + dayMs, months)).toBeGreaterThanOrEqual(minusMonths(day, months))
      }),
    )
  })
})

describe('the days of a window', () => {
  test('a day belongs if its midnight does', () => {
    const day = fc.integer({ min: -10, max: 10 })
    fc.assert(
      fc.property(
        fc.integer({ min: -5e8, max: 5e8 }),
        fc.integer({ min: -5e8, max: 5e8 }),
        day,
        fc.boolean(),
        (startAt, endAt, offset, endInclusive) => {
          const { first, last } = windowDays({ startAt, endAt, endInclusive })
          const midnight = offset * dayMs
          const text = new Date(midnight).toISOString().slice(0, 10)
          const isInside = midnight >= startAt && (endInclusive ? midnight <= endAt : midnight < endAt)
          expect(text >= (first ?? '') && text <= (last ?? '')).toBe(isInside)
        },
      ),
    )
  })

  test('windows side by side take every day once', () => {
    const noon = at('2024-05-31T12:00:00Z')
    expect(windowDays({ endAt: noon, endInclusive: false })).toEqual({ first: null, last: '2024-05-31' })
    expect(windowDays({ startAt: noon, endInclusive: false })).toEqual({ first: '2024-06-01', last: null })
  })

  test('bounds beyond four-digit years are cut to them', () => {
    expect(windowDays({ startAt: -1e15, endAt: 8e15, endInclusive: true })).toEqual({
      first: '0001-01-01',
      last: '9999-12-31',
    })
  })
})

describe('windowOf', () => {
  const timespan = { kind: 'range', range: { kind: 'today' }, counting: 'rolling' } as const

  test('what a run asks for replaces the timespan, with one bound as well', () => {
    expect(windowOf(timespan, 5, { startAt: 1, endAt: 2 })).toEqual({ startAt: 1, endAt: 2, endInclusive: false })
    expect(windowOf(timespan, 5, { startAt: 1 })).toEqual({ startAt: 1, endInclusive: false })
    expect(windowOf(timespan, 5, { startAt: null, endAt: 0 })).toEqual({ endAt: 0, endInclusive: false })
  })

  test('without it the timespan counts, and without that all rows', () => {
    expect(windowOf(timespan, 5, { startAt: null })).toEqual({ startAt: 0, endAt: 5, endInclusive: true })
    expect(windowOf(null, 5)).toBeNull()
  })
})
