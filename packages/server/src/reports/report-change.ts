import type { ReportEventKind } from './report-event.ts'
import type { Report, ReportView } from './report.ts'

/** A report and where it stands, read in the transaction that will change it. */
export interface ReportStanding {
  readonly report: Report
  /** Occurrences of its present grid that have begun. The next to begin has this number. */
  readonly startedCount: number
  /** When its waiting execution is due; null when none waits. */
  readonly waitingAt: number | null
  /** Whether an execution of it runs, or waits for its next try. */
  readonly isRunning: boolean
}

/** What becomes of a report. Its status decides whether what waits is Pending or Paused. */
export interface ReportChange {
  readonly report: Report
  /** When the next occurrence is due; null: none is to come. */
  readonly waitingAt: number | null
  /** The occurrences begin anew, at 0; those that have run stay as they are. */
  readonly grid: 'same' | 'new'
  /** What is noted of it; null when nothing has changed. */
  readonly event: { readonly at: number; readonly kind: ReportEventKind; readonly detail: string | null } | null
}

/** The report as lists show it, once it is changed. */
export function viewOf({ report, waitingAt, grid }: ReportChange, startedCount: number): ReportView {
  return { ...report, startedCount: grid === 'new' ? 0 : startedCount, nextExecutionAt: waitingAt }
}
