import { AppError } from '../kernel/app-error.ts'
import { toWireTime } from '../kernel/hours.ts'
import type { Owner } from '../kernel/owner.ts'
import { changeReport } from './change-report.ts'
import type { ChangeReportDeps, ReportKey } from './change-report.ts'
import { occurrenceAt, passOver } from './recurrence.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import { reportStates } from './report-states.ts'
import type { ReportView } from './report.ts'

/**
 * Starts the schedule of a paused report again, at the next point of its grid that is not in the past: occurrences
 * passed over are not made up and do not count. A report whose end has come meanwhile is Inactive. Resuming an active
 * report changes nothing.
 *
 * Raises `unknown_program`, `not_found`; `invalid_report` for an Inactive report; `active_report_quota`.
 */
export function resumeReport(deps: ChangeReportDeps, owner: Owner, key: ReportKey): Promise<ReportView> {
  return changeReport(deps, owner, key, resumed)
}

function resumed({ report, startedCount, waitingAt, isRunning }: ReportStanding, now: number): ReportChange {
  const status = reportStates[report.status].resume
  if (status === 'refused') {
    const detail =
      'An Inactive report can not be resumed: update it with a StartTime, RecurrenceCount or EndTime to come'
    throw new AppError('invalid_report', { detail })
  }
  // An active report that is late is not paused: what it has missed is made up.
  if (status === report.status) return { report, waitingAt, grid: 'same', event: null }

  const schedule = passOver(report.schedule, startedCount, now)
  const nextAt = waitingAt === null ? null : (occurrenceAt(schedule, startedCount) ?? null)
  const isOver = nextAt === null && !isRunning
  const next = isOver ? reportStates[report.status].runOut : status
  if (next === 'refused') throw new Error('a paused report can run out')
  const event = { at: now, kind: 'resumed', detail: detailOf(waitingAt, nextAt) } as const
  return { report: { ...report, schedule, status: next, modifiedAt: now }, waitingAt: nextAt, grid: 'same', event }
}

function detailOf(waitingAt: number | null, nextAt: number | null): string | null {
  if (nextAt === null) return 'Its end has come while it was paused: nothing more is to come.'
  if (nextAt === waitingAt) return null
  return `What was due while it was paused is passed over; it goes on at ${toWireTime(nextAt)}.`
}
