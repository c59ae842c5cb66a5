import { hourMs } from '../kernel/hours.ts'
import type { Schedule } from './report.ts'

/**
 * When a report runs. Occurrence k of a recurring report is due at `firstAt` + k × interval. All of it is arithmetic on
 * UTC instants: a day is always 24 hours, no zone shifts it.
 *
 *     startAt      now   firstAt
 *        │────┼────┼──│────┼─────────┼─────────┼────────│
 *                          k = 0     k = 1     k = 2    endAt
 *
 * A start in the past begins at the first grid point that isn't, and the count begins there. Occurrences passed over
 * while a report was paused do not count either: `firstAt` moves by as many grid points. `count` and `endAt` both
 * end it, whichever comes first; an occurrence at `endAt` itself still runs. See docs/reference/compatibility.md,
 * "Reports and executions".
 */

/** The last second that a timestamp of the wire can write. No schedule goes beyond it. */
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59)

/** `startAt`, or the first point of its grid that is not before `now`. */
export function firstOccurrence(startAt: number, intervalHours: number, now: number): number {
  const intervalMs = intervalHours * hourMs
  const passed = Math.max(0, Math.ceil((now - startAt) / intervalMs))
  return startAt + passed * intervalMs
}

/** When occurrence `k` (from 0) is due; undefined when the schedule has ended before it. */
export function occurrenceAt(schedule: Schedule, k: number): number | undefined {
  if (schedule.kind === 'once') return k === 0 ? schedule.at : undefined
  const at = schedule.firstAt + k * schedule.intervalHours * hourMs
  const withinCount = schedule.count === null || k < schedule.count
  return withinCount && at <= Math.min(schedule.endAt ?? lastInstant, lastInstant) ? at : undefined
}

/**
 * The schedule without the occurrences from `k` on that lie before `now`: they are passed over and do not count, so
 * occurrence `k` itself moves to the first grid point that is not in the past. A run-once schedule has nothing to pass
 * over: its one run stays due.
 */
export function passOver(schedule: Schedule, k: number, now: number): Schedule {
  if (schedule.kind === 'once') return schedule
  const intervalMs = schedule.intervalHours * hourMs
  const at = schedule.firstAt + k * intervalMs
  const passed = Math.max(0, Math.ceil((now - at) / intervalMs))
  return { ...schedule, firstAt: schedule.firstAt + passed * intervalMs }
}

/** How many occurrences a schedule has in all; null = without end. */
export function occurrenceCount(schedule: Schedule): number | null {
  if (schedule.kind === 'once') return 1
  const { firstAt, intervalHours, count, endAt } = schedule
  if (count === null && endAt === null) return null
  const untilAt = Math.min(endAt ?? lastInstant, lastInstant)
  const untilEnd = Math.max(0, Math.floor((untilAt - firstAt) / (intervalHours * hourMs)) + 1)
  return Math.min(count ?? untilEnd, untilEnd)
}

/** How many occurrences remain when `startedCount` have begun; null = without end. */
export function remainingCount(schedule: Schedule, startedCount: number): number | null {
  const count = occurrenceCount(schedule)
  return count === null ? null : Math.max(0, count - startedCount)
}
