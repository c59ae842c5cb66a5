import { describe, expect, test } from 'vitest'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { smallDataset } from '../datasets/testing/small-catalog.ts'
import { isAppError } from '../kernel/app-error.ts'
import { dayMs, hourMs } from '../kernel/hours.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { missingScheduleFields, planSchedule } from './plan-schedule.ts'
import type { ScheduleLimits, ScheduleRequest } from './plan-schedule.ts'
import { occurrenceAt } from './recurrence.ts'

const now = Date.UTC(2026, 4, 9, 12)
const open: ScheduleLimits = { startLeadHours: 0, maximumIntervalHoursV1: 90, maximumScheduleHours: 175_200 }
const partnerCenter: ScheduleLimits = { ...open, startLeadHours: 4, maximumScheduleHours: 17_520 }

const request = (changes: Partial<ScheduleRequest> = {}): ScheduleRequest => ({
  version: 'v1.1',
  startAt: now + dayMs,
  executeNow: false,
  queryStartAt: null,
  queryEndAt: null,
  intervalHours: 48,
  count: 20,
  endAt: null,
  ...changes,
})

function plan(changes: Partial<ScheduleRequest>, limits = open, dataset: CatalogDataset = smallDataset()) {
  return planSchedule(request(changes), dataset, limits, now)
}

const planning =
  (...args: Parameters<typeof plan>) =>
  () =>
    plan(...args)

const invalidReport = (detail: string, field: string) => refusal('invalid_report', { detail, field })

describe('StartTime', () => {
  test('of the documents’ own requests, years ago, begins at the next grid point with its whole count', () => {
    for (const startAt of [Date.UTC(2024, 0, 6, 19), Date.UTC(2021, 0, 6, 19)]) {
      const schedule = plan({ version: 'v1', startAt })
      const firstAt = occurrenceAt(schedule, 0)!
      expect(firstAt).toBeGreaterThanOrEqual(now)
      expect(firstAt).toBeLessThan(now + 48 * hourMs)
      expect((firstAt - startAt) % (48 * hourMs)).toBe(0)
      expect(occurrenceAt(schedule, 19)).toBe(firstAt + 19 * 48 * hourMs)
      expect(occurrenceAt(schedule, 20)).toBeUndefined()
      expect(schedule).toMatchObject({ startAt })
    }
  })

  test('must lie ahead as far as the limit says, and the words carry its number', () => {
    const tooSoon = 'Start time of report should at least be 4 hours from current UTC time'
    expect(planning({ startAt: now + 4 * hourMs - 1 }, partnerCenter)).toThrow(invalidReport(tooSoon, 'StartTime'))
    expect(plan({ startAt: now + 4 * hourMs }, partnerCenter)).toMatchObject({ firstAt: now + 4 * hourMs })
    const tooSoonByOne = 'Start time of report should at least be 1 hours from current UTC time'
    expect(planning({ startAt: now }, { ...open, startLeadHours: 1 })).toThrow(invalidReport(tooSoonByOne, 'StartTime'))
  })

  test('may be the last second that can be written, and no grid point after it counts', () => {
    const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59)
    expect(occurrenceAt(plan({ startAt: lastSecond, count: null, endAt: lastSecond + 1 }), 1)).toBeUndefined()
  })
})

describe('RecurrenceInterval', () => {
  const hoursTaken = (version: 'v1' | 'v1.1', hours: readonly number[], dataset = smallDataset()) =>
    hours.filter((intervalHours) => {
      try {
        plan({ version, intervalHours, count: 1 }, open, dataset)
        return true
      } catch (error) {
        if (isAppError(error, 'invalid_interval')) return false
        throw error
      }
    })

  test('is 4 to 90 in v1, 1 to 17520 in v1.1, and whole', () => {
    const hours = [-4, 0, 0.5, 1, 3, 4, 4.5, 90, 91, 17_520, 17_521, Infinity, NaN]
    expect(hoursTaken('v1', hours)).toEqual([4, 90])
    expect(hoursTaken('v1.1', hours)).toEqual([1, 3, 4, 90, 91, 17_520])
  })

  test('is refused with the range in force', () => {
    const wide = { ...open, maximumIntervalHoursV1: 2_160 }
    expect(planning({ version: 'v1', intervalHours: 3 }, wide)).toThrow(
      refusal('invalid_interval', {
        minimumHours: 4,
        maximumHours: 2_160,
      }),
    )
    expect(planning({ intervalHours: 0 })).toThrow(
      refusal('invalid_interval', { minimumHours: 1, maximumHours: 17_520 }),
    )
  })

  test('is not below what the dataset takes', () => {
    const daily = smallDataset({ minimumRecurrenceIntervalHours: 24 })
    expect(hoursTaken('v1.1', [23, 24], daily)).toEqual([24])
    expect(planning({ version: 'v1', intervalHours: 23 }, open, daily)).toThrow(
      refusal('invalid_interval', {
        minimumHours: 24,
        maximumHours: 90,
        detail: 'Orders takes no RecurrenceInterval below 24 hours',
      }),
    )
  })
})

describe('RecurrenceCount', () => {
  test('is a positive whole number', () => {
    for (const count of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
      const detail = 'Recurrence count has to be a positive integer value'
      expect(planning({ count })).toThrow(invalidReport(detail, 'RecurrenceCount'))
    }
  })

  test('times the interval spans no more than the limit, and the words say what would fit', () => {
    expect(plan({ intervalHours: 24, count: 730 }, partnerCenter)).toMatchObject({ count: 730 })
    const detail =
      'RecurrenceInterval x RecurrenceCount may be at most 17520 hours, which allows a RecurrenceCount of 730'
    expect(planning({ intervalHours: 24, count: 731 }, partnerCenter)).toThrow(invalidReport(detail, 'RecurrenceCount'))
  })

  test('may be left out in v1, and the schedule is then without end', () => {
    expect(plan({ version: 'v1', count: null })).toMatchObject({ count: null, endAt: null })
  })
})

describe('EndTime', () => {
  test('must come after StartTime', () => {
    for (const endAt of [now + dayMs, now]) {
      expect(planning({ endAt })).toThrow(invalidReport('EndTime should be greater than StartTime', 'EndTime'))
    }
  })

  test('in the past is refused even if StartTime lies before it', () => {
    const past = { startAt: Date.UTC(2021, 0, 6, 19), endAt: Date.UTC(2022, 0, 1) }
    expect(planning(past)).toThrow(invalidReport('EndTime 2022-01-01T00:00:00Z is in the past', 'EndTime'))
  })

  test('that leaves no execution is refused: the report would be born Inactive', () => {
    const detail = 'No execution would be left: the first that is not in the past is due at 2026-05-11T11:00:00Z'
    expect(planning({ startAt: now - hourMs, intervalHours: 48, endAt: now + hourMs })).toThrow(
      invalidReport(detail, 'EndTime'),
    )
  })
})

describe('ExecuteNow', () => {
  test('is one occurrence now, whatever else the request says about time', () => {
    const nonsense = { startAt: now - dayMs, intervalHours: -7, count: 0, endAt: 0 }
    const once = { kind: 'once', at: now, queryStartAt: null, queryEndAt: null }
    expect(plan({ executeNow: true, ...nonsense }, partnerCenter)).toEqual(once)
    expect(plan({ executeNow: true, startAt: null, intervalHours: null, count: null })).toEqual(once)
  })

  test('takes a window of rows, of which either end may stand alone', () => {
    const window = { queryStartAt: now - dayMs, queryEndAt: now }
    expect(plan({ executeNow: true, ...window })).toMatchObject(window)
    expect(plan({ executeNow: true, queryEndAt: now })).toMatchObject({ queryStartAt: null, queryEndAt: now })
  })

  test('takes no window that ends before it starts, or at its start', () => {
    const detail = 'QueryEndTime should be greater than QueryStartTime'
    expect(planning({ executeNow: true, queryStartAt: now, queryEndAt: now })).toThrow(
      invalidReport(detail, 'QueryEndTime'),
    )
  })

  test('takes no window on a dataset without dates: nothing would be filtered by it', () => {
    const { dateColumn: _, ...undated } = smallDataset({ dateRanges: [] })
    const detail = 'QueryStartTime and QueryEndTime need a date column, and Orders has none'
    expect(planning({ executeNow: true, queryEndAt: now }, open, undated)).toThrow(
      invalidReport(detail, 'QueryEndTime'),
    )
  })

  test('is what a window of rows needs', () => {
    const detail = 'QueryStartTime and QueryEndTime are allowed only with ExecuteNow'
    expect(planning({ queryStartAt: now })).toThrow(invalidReport(detail, 'QueryStartTime'))
  })
})

describe('mandatory fields', () => {
  const nothing = { startAt: null, intervalHours: null, count: null, endAt: null }

  test('are named by version', () => {
    expect(missingScheduleFields(request({ version: 'v1', ...nothing }))).toEqual(['StartTime', 'RecurrenceInterval'])
    expect(missingScheduleFields(request({ version: 'v1.1', ...nothing }))).toEqual([
      'StartTime',
      'RecurrenceInterval',
      'RecurrenceCount or EndTime',
    ])
    expect(missingScheduleFields(request({ count: null, endAt: now + 2 * dayMs }))).toEqual([])
    expect(missingScheduleFields(request({ ...nothing, executeNow: true }))).toEqual([])
  })

  test('are asked for when a schedule is planned without them', () => {
    expect(planning({ version: 'v1', ...nothing })).toThrow(
      refusal('missing_value', { fields: ['StartTime', 'RecurrenceInterval'] }),
    )
  })
})
