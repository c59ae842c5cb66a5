import type { QueryWindow } from '../compiled-query.ts'
import type { DateRange } from './date-range.ts'
import type { Timespan } from './plan.ts'

const dayMs = 24 * 60 * 60 * 1000

/** QueryStartTime and QueryEndTime of a run; epoch milliseconds UTC, `null` or absent: not given. */
export interface RequestedWindow {
  readonly startAt?: number | null
  readonly endAt?: number | null
}

/**
 * The rows in time that a run looks at: what the run asks for, or else what the query's timespan means at
 * `referenceAt`. `null`: all rows. The rules are in `docs/reference/compatibility.md`, "Time ranges".
 */
export function windowOf(
  timespan: Timespan | null,
  referenceAt: number,
  requested: RequestedWindow = {},
): QueryWindow | null {
  const startAt = requested.startAt ?? undefined
  const endAt = requested.endAt ?? undefined
  if (startAt !== undefined || endAt !== undefined) {
    return {
      ...(startAt === undefined ? {} : { startAt }),
      ...(endAt === undefined ? {} : { endAt }),
      endInclusive: false,
    }
  }
  if (timespan === null) return null
  if (timespan.kind === 'range') return rangeWindow(timespan.range, timespan.counting, referenceAt)
  return { startAt: timespan.startAt, endAt: timespan.endAt, endInclusive: timespan.endInclusive }
}

/** The window of a named range at the reference time `referenceAt`, in UTC. */
export function rangeWindow(
  range: DateRange,
  counting: 'rolling' | 'calendar',
  referenceAt: number,
): QueryWindow | null {
  const today = startOfDay(referenceAt)
  switch (range.kind) {
    case 'lifetime':
      return null
    case 'today':
      return { startAt: today, endAt: referenceAt, endInclusive: true }
    case 'yesterday':
      return { startAt: today - dayMs, endAt: today, endInclusive: false }
    case 'days':
      return { startAt: today - range.count * dayMs, endAt: referenceAt, endInclusive: true }
    case 'months': {
      if (counting === 'rolling') {
        return { startAt: minusMonths(today, range.count), endAt: referenceAt, endInclusive: true }
      }
      const thisMonth = startOfMonth(today)
      return { startAt: minusMonths(thisMonth, range.count), endAt: thisMonth, endInclusive: false }
    }
    default:
      return range satisfies never
  }
}

/** Midnight UTC at which the day of `at` begins. */
export function startOfDay(at: number): number {
  return Math.floor(at / dayMs) * dayMs
}

function startOfMonth(day: number): number {
  const date = new Date(day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

/** The same day some months earlier; where that month has no such day, its last one: 31 May minus 3 is 28 February. */
export function minusMonths(day: number, months: number): number {
  const date = new Date(day)
  const firstOfMonth = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1)
  const first = new Date(firstOfMonth)
  const daysInMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return firstOfMonth + (Math.min(date.getUTCDate(), daysInMonth) - 1) * dayMs
}

/** The first and last day of a window for a column of dates: a date counts as its midnight. `null`: without bound. */
export function windowDays({ startAt, endAt, endInclusive }: QueryWindow): {
  readonly first: string | null
  readonly last: string | null
} {
  const first = startAt === undefined ? null : dayText(startOfDay(startAt + dayMs - 1))
  if (endAt === undefined) return { first, last: null }
  return { first, last: dayText(endInclusive ? startOfDay(endAt) : startOfDay(endAt - 1)) }
}

// Years that four digits can write: a bound beyond them leaves no row out.
const firstDay = Date.parse('0001-01-01T00:00:00Z')
const lastDay = Date.parse('9999-12-31T00:00:00Z')

function dayText(day: number): string {
  return new Date(Math.min(Math.max(day, firstDay), lastDay)).toISOString().slice(0, 10)
}
