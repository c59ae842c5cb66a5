import { AppError } from '../kernel/app-error.ts'
import type { Owner } from '../kernel/owner.ts'
import { changeReport } from './change-report.ts'
import type { ChangeReportDeps, ReportKey } from './change-report.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import { reportStates } from './report-states.ts'
import type { ReportView } from './report.ts'

/**
 * Stops the schedule of a report: what waits is Paused, what runs finishes. Pausing a paused report changes nothing.
 * Raises `unknown_program`, `not_found`; `invalid_report` for a report of which nothing is to come.
 */
export function pauseReport(deps: ChangeReportDeps, owner: Owner, key: ReportKey): Promise<ReportView> {
  return changeReport(deps, owner, key, paused)
}

function paused({ report, waitingAt }: ReportStanding, now: number): ReportChange {
  const status = reportStates[report.status].pause
  if (status === 'refused') {
    throw new AppError('invalid_report', { detail: 'An Inactive report can not be paused: nothing of it is to come' })
  }
  if (status === report.status) return { report, waitingAt, grid: 'same', event: null }
  const event = { at: now, kind: 'paused', detail: null } as const
  return { report: { ...report, status, modifiedAt: now }, waitingAt, grid: 'same', event }
}
