import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hourMs } from '../kernel/hours.ts'
import { firstOccurrence, occurrenceAt, occurrenceCount, passOver, remainingCount } from './recurrence.ts'
import type { Schedule } from './report.ts'

type Recurring = Extract<Schedule, { kind: 'recurring' }>

const recurring = (changes: Partial<Recurring> = {}): Recurring => {
  const startAt = changes.startAt ?? Date.UTC(2024, 0, 6, 19)
  return { kind: 'recurring', startAt, firstAt: startAt, intervalHours: 48, count: 20, endAt: null, ...changes }
}

const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59)
const instantMs = fc
  .date({ min: new Date('0001-01-01Z'), max: new Date(lastSecond), noInvalidDate: true })
  .map((date) => date.getTime())
const intervals = fc.integer({ min: 1, max: 17_520 })
const schedules = fc
  .record({
    firstAt: instantMs,
    intervalHours: intervals,
    count: fc.option(fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 200_000 }))),
    endAt: fc.option(instantMs),
  })
  .map((parts) => recurring({ ...parts, startAt: parts.firstAt }))

describe('the first occurrence', () => {
  test('is StartTime itself when that is not in the past', () => {
    const startAt = Date.UTC(2024, 0, 6, 19)
    expect(firstOccurrence(startAt, 48, startAt - 1)).toBe(startAt)
    expect(firstOccurrence(startAt, 48, startAt)).toBe(startAt)
  })

  test('is the next grid point when StartTime has just passed', () => {
    const startAt = Date.UTC(2024, 0, 6, 19)
    expect(firstOccurrence(startAt, 48, startAt + 1)).toBe(startAt + 48 * hourMs)
    expect(firstOccurrence(startAt, 48, startAt + 48 * hourMs)).toBe(startAt + 48 * hourMs)
  })

  test('lies on the grid, not in the past, and no grid point lies between', () => {
    fc.assert(
      fc.property(instantMs, intervals, instantMs, (startAt, intervalHours, now) => {
        const intervalMs = intervalHours * hourMs
        const first = firstOccurrence(startAt, intervalHours, now)
        expect(Math.abs((first - startAt) % intervalMs)).toBe(0)
        expect(first).toBeGreaterThanOrEqual(Math.max(startAt, now))
        expect(first === startAt || first - intervalMs < now).toBe(true)
      }),
    )
  })
})

describe('the occurrences', () => {
  test('are one interval apart, and as many as the schedule counts', () => {
    fc.assert(
      fc.property(schedules, fc.nat({ max: 300_000 }), (schedule, k) => {
        const dueAt = schedule.firstAt + k * schedule.intervalHours * hourMs
        const exists = k < (occurrenceCount(schedule) ?? Infinity) && dueAt <= lastSecond
        expect(occurrenceAt(schedule, k)).toBe(exists ? dueAt : undefined)
      }),
    )
  })

  test('never go beyond count or EndTime, and stop no sooner than they must', () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const count = occurrenceCount(schedule)
        fc.pre(count !== null && count > 0)
        const lastAt = occurrenceAt(schedule, count - 1) ?? Number.NaN
        expect(count).toBeLessThanOrEqual(schedule.count ?? Infinity)
        expect(lastAt).toBeLessThanOrEqual(schedule.endAt ?? lastSecond)
        const oneMoreAt = lastAt + schedule.intervalHours * hourMs
        expect(count === schedule.count || oneMoreAt > (schedule.endAt ?? lastSecond)).toBe(true)
      }),
    )
  })

  test('include the one at EndTime itself', () => {
    const endAt = Date.UTC(2024, 0, 10, 19)
    expect(occurrenceCount(recurring({ count: null, endAt }))).toBe(3)
    expect(occurrenceCount(recurring({ count: null, endAt: endAt - 1 }))).toBe(2)
  })

  test('end by EndTime or by the count, whichever comes first', () => {
    const endAt = Date.UTC(2024, 0, 31)
    expect(occurrenceCount(recurring({ count: 5, endAt }))).toBe(5)
    expect(occurrenceCount(recurring({ count: 50, endAt }))).toBe(13)
  })

  test('go on without end when nothing ends them', () => {
    const schedule = recurring({ count: null })
    expect(occurrenceCount(schedule)).toBeNull()
    expect(occurrenceAt(schedule, 100_000)).toBe(schedule.firstAt + 100_000 * 48 * hourMs)
  })

  test('two years apart stay exact for a century', () => {
    const schedule = recurring({ intervalHours: 17_520, count: 50 })
    expect(occurrenceAt(schedule, 49)).toBe(Date.UTC(2024, 0, 6, 19) + 49 * 730 * 24 * hourMs)
    expect(occurrenceAt(schedule, 50)).toBeUndefined()
  })

  test('never come later than the wire can write', () => {
    const schedule = recurring({ startAt: Date.UTC(9999, 11, 31), intervalHours: 12, count: null })
    expect(occurrenceAt(schedule, 1)).toBe(Date.UTC(9999, 11, 31, 12))
    expect(occurrenceAt(schedule, 2)).toBeUndefined()
  })

  test('of ExecuteNow are one, at its moment', () => {
    const once: Schedule = { kind: 'once', at: 1_000, queryStartAt: null, queryEndAt: null }
    expect([occurrenceAt(once, 0), occurrenceAt(once, 1), occurrenceCount(once)]).toEqual([1_000, undefined, 1])
  })
})

describe('passing over what lies in the past', () => {
  const unbounded = schedules.map((schedule) => ({ ...schedule, count: null, endAt: null }))

  test('moves the next occurrence to the first point of the same grid that is not in the past', () => {
    fc.assert(
      fc.property(unbounded, fc.nat({ max: 100 }), instantMs, (schedule, k, now) => {
        const intervalMs = schedule.intervalHours * hourMs
        const dueAt = schedule.firstAt + k * intervalMs
        const nextAt = occurrenceAt(passOver(schedule, k, now), k)
        fc.pre(nextAt !== undefined)
        expect(nextAt).toBeGreaterThanOrEqual(Math.max(dueAt, now))
        expect(Math.abs((nextAt - dueAt) % intervalMs)).toBe(0)
        expect(nextAt === dueAt || nextAt - intervalMs < now).toBe(true)
      }),
    )
  })

  test('leaves the count alone: as many occurrences remain, only later', () => {
    fc.assert(
      fc.property(schedules, fc.nat({ max: 100 }), instantMs, (schedule, k, now) => {
        const endless = { ...schedule, endAt: null }
        const moved = passOver(endless, k, now)
        fc.pre(occurrenceAt(moved, (schedule.count ?? 1) - 1) !== undefined)
        expect(remainingCount(moved, k)).toBe(remainingCount(endless, k))
      }),
    )
  })

  test('may leave nothing before the end, and nothing is passed over twice', () => {
    const schedule = recurring({ count: null, endAt: Date.UTC(2024, 0, 10, 19) })
    const late = passOver(schedule, 1, Date.UTC(2024, 0, 10, 20))
    expect(occurrenceAt(late, 1)).toBeUndefined()
    const inTime = passOver(schedule, 1, Date.UTC(2024, 0, 10, 19))
    expect(occurrenceAt(inTime, 1)).toBe(Date.UTC(2024, 0, 10, 19))
    expect(passOver(inTime, 1, Date.UTC(2024, 0, 10, 19))).toEqual(inTime)
  })

  test('has nothing to do with a report that runs once: its run stays due', () => {
    const once: Schedule = { kind: 'once', at: 1_000, queryStartAt: null, queryEndAt: null }
    expect(passOver(once, 0, 5_000)).toEqual(once)
  })
})

describe('what remains', () => {
  test('is the number of occurrences from the next one on', () => {
    const few = schedules.filter(({ count }) => count === null || count < 60)
    fc.assert(
      fc.property(few, fc.nat({ max: 70 }), (schedule, started) => {
        const count = occurrenceCount(schedule)
        fc.pre(count !== null && count < 60)
        const left = Array.from({ length: 60 }, (_, k) => k).filter(
          (k) => k >= started && occurrenceAt(schedule, k) !== undefined,
        )
        expect(remainingCount(schedule, started)).toBe(left.length)
      }),
    )
  })

  test('has no number without an end', () => {
    expect(remainingCount(recurring({ count: null }), 1_000_000)).toBeNull()
  })

  test('counts down from the total', () => {
    expect([0, 1, 19, 20, 21].map((started) => remainingCount(recurring(), started))).toEqual([20, 19, 1, 0, 0])
  })
})
