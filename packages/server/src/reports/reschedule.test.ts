import { describe, expect, test } from 'vitest'
import { smallDataset } from '../datasets/testing/small-catalog.ts'
import { aReport, once } from '../executions/testing/a-report.ts'
import { hourMs, toWireTime } from '../kernel/hours.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import type { ReportStanding } from './report-change.ts'
import type { Schedule } from './report.ts'
import { reschedule } from './reschedule.ts'
import type { ScheduleUpdate } from './reschedule.ts'

const startAt = Date.UTC(2026, 2, 1, 6)
const dayMs = 24 * hourMs
const limits = { startLeadHours: 0, maximumIntervalHoursV1: 90, maximumScheduleHours: 175_200 }

function recurring(change: Partial<Extract<Schedule, { kind: 'recurring' }>> = {}): Schedule {
  return { kind: 'recurring', startAt, firstAt: startAt, intervalHours: 24, count: 10, endAt: null, ...change }
}

/** Three of ten daily runs have begun, the fourth waits. */
function standing(change: Partial<ReportStanding> = {}, schedule: Schedule = recurring()): ReportStanding {
  return { report: aReport({ schedule }), startedCount: 3, waitingAt: startAt + 3 * dayMs, isRunning: false, ...change }
}

function update(
  change: Omit<ScheduleUpdate, 'version'> & { readonly version?: ScheduleUpdate['version'] },
  from = standing(),
  now = startAt + 2.5 * dayMs,
  within = limits,
) {
  const asked = { version: 'v1.1', ...change } as const
  return reschedule(from, asked, { dataset: () => smallDataset(), limits: within, now })
}

const same = { schedule: recurring(), waitingAt: startAt + 3 * dayMs, grid: 'same' }

describe('an update of the schedule', () => {
  test.each([
    {},
    { startAt },
    { intervalHours: 24 },
    { count: 10 },
    { endAt: null },
    { startAt, intervalHours: 24, count: 10, endAt: null },
  ])('changes nothing when it says what is so already: %j', (change) => {
    expect(update(change)).toEqual(same)
  })

  test('begins a new grid with another interval, from the first point that is not in the past', () => {
    const rescheduled = update({ intervalHours: 12 })
    expect(rescheduled).toMatchObject({ grid: 'new', waitingAt: startAt + 2.5 * dayMs })
    expect(rescheduled.schedule).toMatchObject({
      startAt,
      firstAt: startAt + 2.5 * dayMs,
      intervalHours: 12,
      count: 10,
    })
  })

  test('begins a new grid with another start, which keeps interval and count', () => {
    const laterAt = startAt + 30 * dayMs
    const { schedule } = recurringOf(update({ startAt: laterAt }))
    expect(schedule).toEqual(recurring({ startAt: laterAt, firstAt: laterAt }))
  })

  test('counts anew with another count: what a v1.1 answer shows, put back, leaves as many runs as remained', () => {
    const { schedule, rescheduled } = recurringOf(update({ count: 7 }))
    expect(schedule).toMatchObject({ count: 7, firstAt: startAt + 3 * dayMs })
    expect(rescheduled).toMatchObject({ grid: 'new', waitingAt: startAt + 3 * dayMs })
  })

  test('moves the end on the same grid, whose count goes on', () => {
    const endAt = startAt + 5 * dayMs
    expect(update({ endAt })).toEqual({ ...same, schedule: recurring({ endAt }) })
    const ending = standing({}, recurring({ endAt }))
    expect(update({ endAt: null }, ending)).toEqual(same)
  })

  test('keeps what is late when the end moves: down time is made up', () => {
    const endAt = startAt + 90 * dayMs
    const now = startAt + 20 * dayMs
    expect(update({ endAt }, standing(), now)).toMatchObject({ waitingAt: startAt + 3 * dayMs, grid: 'same' })
  })

  test('brings a report that has ended back at the next point of its grid, without the runs in between', () => {
    const ended = standing({ waitingAt: null }, recurring({ count: null, endAt: startAt + 2 * dayMs }))
    const now = startAt + 9.1 * dayMs
    const { schedule, rescheduled } = recurringOf(update({ endAt: startAt + 20 * dayMs }, ended, now))
    expect(rescheduled).toMatchObject({ grid: 'same', waitingAt: startAt + 10 * dayMs })
    expect(schedule.startAt).toBe(startAt)
  })

  test.each([
    ['in the past', startAt + dayMs, `EndTime ${toWireTime(startAt + dayMs)} is in the past`],
    ['before the start', startAt - 1, 'EndTime should be greater than StartTime'],
    [
      'before the next run',
      startAt + 2.75 * dayMs,
      `No execution would be left: the first that is not in the past is due at ${toWireTime(startAt + 3 * dayMs)}`,
    ],
  ])('refuses an end %s', (_, endAt, detail) => {
    expect(() => update({ endAt })).toThrow(refusal('invalid_report', { detail, field: 'EndTime' }))
  })

  test.each(['v1', 'v1.1'] as const)(
    'without count and end goes on without end, as the pages on updates say: %s',
    (version) => {
      expect(recurringOf(update({ version, count: null })).schedule).toMatchObject({ count: null, endAt: null })
    },
  )

  test('is held to the limits of new schedules, but for the lead of a start that stays', () => {
    const strict = { ...limits, startLeadHours: 4 }
    expect(update({ intervalHours: 48 }, standing(), startAt + dayMs, strict)).toMatchObject({ grid: 'new' })
    expect(() => update({ startAt: startAt + 1 }, standing(), startAt, strict)).toThrow(
      refusal('invalid_report', {
        detail: 'Start time of report should at least be 4 hours from current UTC time',
        field: 'StartTime',
      }),
    )
    expect(() => update({ version: 'v1', intervalHours: 91 })).toThrow(
      refusal('invalid_interval', { minimumHours: 4, maximumHours: 90 }),
    )
  })
})

describe('an update of a report that ran once', () => {
  const ran = standing({ startedCount: 1, waitingAt: null }, once(startAt))

  test('changes nothing when it puts back what answers show', () => {
    expect(update({ startAt, intervalHours: -1, count: 1 }, ran)).toEqual({
      schedule: once(startAt),
      waitingAt: null,
      grid: 'same',
    })
  })

  test('makes a schedule of it when it says all that a schedule needs', () => {
    const laterAt = startAt + 9 * dayMs
    const { schedule } = recurringOf(update({ startAt: laterAt, intervalHours: 24, count: 5 }, ran))
    expect(schedule).toEqual(recurring({ startAt: laterAt, firstAt: laterAt, count: 5 }))
    expect(() => update({ intervalHours: 24 }, ran)).toThrow(
      refusal('missing_value', { fields: ['StartTime', 'RecurrenceCount or EndTime'] }),
    )
    expect(() => update({ startAt: laterAt, count: 3 }, ran)).toThrow(
      refusal('missing_value', { fields: ['RecurrenceInterval'] }),
    )
  })
})

function recurringOf(rescheduled: ReturnType<typeof reschedule>) {
  const { schedule } = rescheduled
  if (schedule.kind !== 'recurring') throw new Error('a recurring schedule was expected')
  return { schedule, rescheduled }
}
