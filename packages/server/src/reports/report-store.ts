import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Page, PageRequest } from '../kernel/page.ts'
import type { ReportEvent } from './report-event.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import type { Report, ReportView } from './report.ts'

/** The first waiting execution, stored in the same transaction as its report. */
export interface FirstOccurrence {
  readonly executionId: string
  readonly scheduledAt: number
}

/** Limits counted inside the inserting transaction, so that two requests at once can't both pass. */
export interface ReportLimits {
  readonly activeReports: number
  readonly executeNow: { readonly limit: number; readonly sinceAt: number }
  /**
   * Of a run-once report only: how many executions, anyone's, may be due at `dueAt` and not begun. A client that has no
   * such report under way comes in all the same: accounts have turns, so it doesn't wait behind the others.
   */
  readonly queuedExports: { readonly limit: number; readonly dueAt: number }
}

export interface ReportFilter {
  readonly ids?: readonly string[]
  /** Whole name, any case. */
  readonly name?: string
  readonly queryId?: string
}

/** What a change of a report needs beside the report. */
export interface ChangeRequest {
  /** The id of the waiting execution, where the change makes a new one. */
  readonly executionId: string
  /** How many reports a client may have Active; counted when this one becomes so. */
  readonly activeReports: number
  /** Pure. What it throws leaves everything as it was. */
  readonly decide: (standing: ReportStanding) => ReportChange
}

/** `[fromAt, toAt)`; null: without bound. */
export interface EventRange {
  readonly fromAt: number | null
  readonly toAt: number | null
  readonly limit: number
}

/** Port: keeps reports. Asked by account throughout. */
export interface ReportStore {
  /**
   * Stores the report and its first waiting execution, or refuses by a limit of its client, or because too many wait to
   * be run already. All or nothing.
   */
  insertWithin(
    report: Report,
    first: FirstOccurrence,
    limits: ReportLimits,
  ): Promise<'inserted' | 'active_report_quota' | 'execute_now_quota' | 'queue_full'>
  find(accountId: string, program: string, id: string): Promise<ReportView | undefined>
  /** Reads how the report stands and stores what becomes of it, its waiting execution included, in one transaction. */
  change(
    accountId: string,
    program: string,
    id: string,
    request: ChangeRequest,
  ): Promise<ReportView | 'not_found' | 'active_report_quota'>
  /**
   * Removes the report, its executions, artifacts and deliveries, and says so in the audit log. Gives what it was and the keys of the files, which are
   * the caller's to remove; undefined when there is no such report.
   */
  delete(
    accountId: string,
    program: string,
    id: string,
    told: { readonly source: AuditSource; readonly at: number },
  ): Promise<{ readonly report: ReportView; readonly blobKeys: readonly string[] } | undefined>
  /** What happened to a report of the account, newest first. Undefined when there is no such report. */
  events(accountId: string, program: string, id: string, range: EventRange): Promise<readonly ReportEvent[] | undefined>
  /** Removes events older than `beforeAt`, the oldest first and about `limit`; gives how many. */
  forgetEvents(beforeAt: number, limit: number): Promise<number>
  /** Newest first. */
  list(accountId: string, program: string, filter: ReportFilter, page: PageRequest): Promise<Page<ReportView>>
}
