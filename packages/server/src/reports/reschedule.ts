import type { CatalogDataset } from '../datasets/dataset.ts'
import { AppError } from '../kernel/app-error.ts'
import { checkEnd, missingScheduleFields, planSchedule } from './plan-schedule.ts'
import type { ScheduleLimits, ScheduleRequest } from './plan-schedule.ts'
import { occurrenceAt, passOver } from './recurrence.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import type { ApiVersion, Schedule } from './report.ts'

/** What an update says about when a report runs; instants are epoch milliseconds UTC. Absent: stays as it is. */
export interface ScheduleUpdate {
  readonly version: ApiVersion
  readonly startAt?: number
  readonly intervalHours?: number
  readonly count?: number | null
  /** v1.1 only. */
  readonly endAt?: number | null
}

export interface RescheduleContext {
  /** The dataset that the report's query reads; only asked for a new grid. */
  readonly dataset: () => CatalogDataset
  readonly limits: ScheduleLimits
  readonly now: number
}

type Rescheduled = Pick<ReportChange, 'waitingAt' | 'grid'> & { readonly schedule: Schedule }

/**
 * The schedule that a report has after an update. A value that is the one it has already, as a client sends that reads
 * a report and puts it back, changes nothing. Raises `missing_value`, `invalid_report`, `invalid_interval`.
 */
export function reschedule(
  standing: ReportStanding,
  update: ScheduleUpdate,
  { dataset, limits, now }: RescheduleContext,
): Rescheduled {
  const { report, startedCount, waitingAt } = standing
  const has = shownOf(report.schedule)
  const wants = { ...has, ...given(update) }
  const sameGrid =
    wants.startAt === has.startAt && wants.intervalHours === has.intervalHours && wants.count === has.count
  if (sameGrid && wants.endAt === has.endAt) return { schedule: report.schedule, waitingAt, grid: 'same' }

  if (sameGrid && report.schedule.kind === 'recurring') {
    const ending: Schedule = { ...report.schedule, endAt: wants.endAt }
    // What waits keeps its time, also when it is late; where nothing waits, what has gone by is not made up.
    const schedule = waitingAt === null ? withMoved(passOver(ending, startedCount, now)) : ending
    checkEnd(schedule, now, startedCount)
    return { schedule, waitingAt: occurrenceAt(schedule, startedCount) ?? null, grid: 'same' }
  }

  // Of a report that runs once nothing can be kept: it had no start, interval or count of its own.
  const kept = report.schedule.kind === 'once' ? null : wants
  const request: ScheduleRequest = {
    version: update.version,
    executeNow: false,
    queryStartAt: null,
    queryEndAt: null,
    startAt: kept?.startAt ?? update.startAt ?? null,
    intervalHours: kept?.intervalHours ?? update.intervalHours ?? null,
    count: kept === null ? (update.count ?? null) : kept.count,
    endAt: wants.endAt,
  }
  const fields = kept === null ? missingScheduleFields(request) : []
  if (fields.length > 0) throw new AppError('missing_value', { fields })
  // How far ahead a start must lie is a rule for new ones.
  const inForce = wants.startAt === has.startAt ? { ...limits, startLeadHours: 0 } : limits
  const schedule = planSchedule(request, dataset(), inForce, now)
  return { schedule, waitingAt: occurrenceAt(schedule, 0) ?? null, grid: 'new' }
}

interface Shown {
  readonly startAt: number
  readonly intervalHours: number
  readonly count: number | null
  readonly endAt: number | null
}

/** A schedule as answers show it: one that runs once has the interval -1 and the count 1. */
function shownOf(schedule: Schedule): Shown {
  if (schedule.kind === 'once') return { startAt: schedule.at, intervalHours: -1, count: 1, endAt: null }
  const { startAt, intervalHours, count, endAt } = schedule
  return { startAt, intervalHours, count, endAt }
}

function given({ startAt, intervalHours, count, endAt }: ScheduleUpdate): Partial<Shown> {
  return {
    ...(startAt !== undefined && { startAt }),
    ...(intervalHours !== undefined && { intervalHours }),
    ...(count !== undefined && { count }),
    ...(endAt !== undefined && { endAt }),
  }
}

function withMoved(schedule: Schedule): Extract<Schedule, { kind: 'recurring' }> {
  if (schedule.kind !== 'recurring') throw new Error('a recurring schedule stays one')
  return schedule
}
