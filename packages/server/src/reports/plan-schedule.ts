import type { CatalogDataset } from '../datasets/dataset.ts'
import { AppError } from '../kernel/app-error.ts'
import { hourMs, toWireTime } from '../kernel/hours.ts'
import { firstOccurrence, occurrenceAt } from './recurrence.ts'
import type { ApiVersion, Schedule } from './report.ts'

/** What a request says about when its report runs. Instants are epoch milliseconds UTC. */
export interface ScheduleRequest {
  readonly version: ApiVersion
  readonly startAt: number | null
  readonly executeNow: boolean
  readonly queryStartAt: number | null
  readonly queryEndAt: number | null
  readonly intervalHours: number | null
  readonly count: number | null
  /** v1.1 only: v1 doesn't know the field, so no request of v1 has one. */
  readonly endAt: number | null
}

export interface ScheduleLimits {
  /** How far ahead StartTime must lie; 0 lets it lie in the past. */
  readonly startLeadHours: number
  readonly maximumIntervalHoursV1: number
  /** RecurrenceInterval × RecurrenceCount may span at most this. */
  readonly maximumScheduleHours: number
}

const intervalRange = {
  v1: (limits) => ({ minimumHours: 4, maximumHours: limits.maximumIntervalHoursV1 }),
  'v1.1': () => ({ minimumHours: 1, maximumHours: 17_520 }),
} satisfies Record<ApiVersion, (limits: ScheduleLimits) => { minimumHours: number; maximumHours: number }>

/** Mandatory fields of the schedule that a request lacks, by their wire names. */
export function missingScheduleFields(request: ScheduleRequest): readonly string[] {
  if (request.executeNow) return []
  return [
    request.startAt === null ? 'StartTime' : [],
    request.intervalHours === null ? 'RecurrenceInterval' : [],
    request.version === 'v1.1' && request.count === null && request.endAt === null ? 'RecurrenceCount or EndTime' : [],
  ].flat()
}

/**
 * The schedule that a request asks for, for a query on `dataset`; it has at least one occurrence. With ExecuteNow,
 * StartTime, interval, count and EndTime are not even looked at. Rules: docs/reference/compatibility.md, "Reports and
 * executions". Raises `missing_value`, `invalid_report`, `invalid_interval`.
 */
export function planSchedule(
  request: ScheduleRequest,
  dataset: CatalogDataset,
  limits: ScheduleLimits,
  now: number,
): Schedule {
  checkQueryWindow(request, dataset)
  const { executeNow, queryStartAt, queryEndAt, startAt, intervalHours, count, endAt } = request
  if (executeNow) return { kind: 'once', at: now, queryStartAt, queryEndAt }
  if (startAt === null || intervalHours === null) {
    throw new AppError('missing_value', { fields: missingScheduleFields(request) })
  }
  checkInterval(intervalHours, request.version, dataset, limits)
  checkCount(count, intervalHours, limits)
  checkStart(startAt, limits, now)
  const firstAt = firstOccurrence(startAt, intervalHours, now)
  const schedule: Schedule = { kind: 'recurring', startAt, firstAt, intervalHours, count, endAt }
  checkEnd(schedule, now)
  return schedule
}

function checkQueryWindow(request: ScheduleRequest, dataset: CatalogDataset): void {
  const { executeNow, queryStartAt, queryEndAt } = request
  if (queryStartAt === null && queryEndAt === null) return
  const field = queryStartAt === null ? 'QueryEndTime' : 'QueryStartTime'
  if (!executeNow) throw refusal('QueryStartTime and QueryEndTime are allowed only with ExecuteNow', field)
  if (dataset.dateColumn === undefined) {
    throw refusal(`QueryStartTime and QueryEndTime need a date column, and ${dataset.name} has none`, field)
  }
  if (queryStartAt !== null && queryEndAt !== null && queryEndAt <= queryStartAt) {
    throw refusal('QueryEndTime should be greater than QueryStartTime', 'QueryEndTime')
  }
}

function checkInterval(hours: number, version: ApiVersion, dataset: CatalogDataset, limits: ScheduleLimits): void {
  const range = intervalRange[version](limits)
  const datasetMinimum = dataset.minimumRecurrenceIntervalHours
  const minimumHours = Math.max(range.minimumHours, datasetMinimum)
  if (Number.isInteger(hours) && hours >= minimumHours && hours <= range.maximumHours) return
  throw new AppError('invalid_interval', {
    minimumHours,
    maximumHours: range.maximumHours,
    ...(datasetMinimum > range.minimumHours && {
      detail: `${dataset.name} takes no RecurrenceInterval below ${datasetMinimum} hours`,
    }),
  })
}

function checkCount(count: number | null, intervalHours: number, limits: ScheduleLimits): void {
  if (count === null) return
  if (!Number.isSafeInteger(count) || count < 1) {
    throw refusal('Recurrence count has to be a positive integer value', 'RecurrenceCount')
  }
  const { maximumScheduleHours } = limits
  if (count * intervalHours > maximumScheduleHours) {
    const largest = Math.floor(maximumScheduleHours / intervalHours)
    throw refusal(
      `RecurrenceInterval x RecurrenceCount may be at most ${maximumScheduleHours} hours, which allows a RecurrenceCount of ${largest}`,
      'RecurrenceCount',
    )
  }
}

function checkStart(startAt: number, { startLeadHours }: ScheduleLimits, now: number): void {
  if (startLeadHours > 0 && startAt < now + startLeadHours * hourMs) {
    throw refusal(`Start time of report should at least be ${startLeadHours} hours from current UTC time`, 'StartTime')
  }
}

/** A schedule ends after its start and not in the past, and has an occurrence left. Raises `invalid_report`. */
export function checkEnd(schedule: Extract<Schedule, { kind: 'recurring' }>, now: number, k = 0): void {
  const { startAt, firstAt, intervalHours, endAt } = schedule
  if (endAt !== null && endAt <= startAt) throw refusal('EndTime should be greater than StartTime', 'EndTime')
  if (endAt !== null && endAt < now) throw refusal(`EndTime ${toWireTime(endAt)} is in the past`, 'EndTime')
  if (occurrenceAt(schedule, k) === undefined) {
    const dueAt = firstAt + k * intervalHours * hourMs
    const detail = `No execution would be left: the first that is not in the past is due at ${toWireTime(dueAt)}`
    throw refusal(detail, endAt === null ? 'StartTime' : 'EndTime')
  }
}

function refusal(detail: string, field: string): AppError<'invalid_report'> {
  return new AppError('invalid_report', { detail, field })
}
