import type { Schedule } from '../../reports/report.ts'
import { remainingCount } from '../../reports/recurrence.ts'
import { toWireTime } from '../../kernel/hours.ts'

/** Where a report stands in its schedule. */
export interface SchedulePlace {
  readonly schedule: Schedule
  readonly startedCount: number
  readonly nextExecutionAt: number | null
}

/** v1: interval and the count in all. ExecuteNow shows -1 and 1, whatever was sent. */
export function recurrenceFieldsV1({ schedule }: SchedulePlace) {
  return {
    recurrenceInterval: schedule.kind === 'once' ? -1 : schedule.intervalHours,
    recurrenceCount: schedule.kind === 'once' ? 1 : schedule.count,
  }
}

/** v1.1: interval, the count that remains, and what else tells how the schedule goes on. */
export function recurrenceFieldsV11(place: SchedulePlace) {
  const { schedule, startedCount, nextExecutionAt } = place
  const { recurrenceInterval, recurrenceCount: totalRecurrenceCount } = recurrenceFieldsV1(place)
  return {
    recurrenceInterval,
    // What an ExecuteNow report shows is what the real service shows: one, before and after its run.
    recurrenceCount: schedule.kind === 'once' ? 1 : remainingCount(schedule, startedCount),
    totalRecurrenceCount,
    nextExecutionStartTime: toWireTimeOrNull(nextExecutionAt),
    endTime: schedule.kind === 'once' ? null : toWireTimeOrNull(schedule.endAt),
  }
}

export function toWireTimeOrNull(at: number | null): string | null {
  return at === null ? null : toWireTime(at)
}
