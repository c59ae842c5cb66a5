import type { Page, PageRequest } from '../kernel/page.ts'
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
}

export interface ReportFilter {
  readonly ids?: readonly string[]
  /** Whole name, any case. */
  readonly name?: string
  readonly queryId?: string
}

/** Port: keeps reports. Asked by account throughout. */
export interface ReportStore {
  /** Stores the report and its first waiting execution, or refuses by a limit of its client. All or nothing. */
  insertWithin(
    report: Report,
    first: FirstOccurrence,
    limits: ReportLimits,
  ): Promise<'inserted' | 'active_report_quota' | 'execute_now_quota'>
  find(accountId: string, program: string, id: string): Promise<ReportView | undefined>
  /** Newest first. */
  list(accountId: string, program: string, filter: ReportFilter, page: PageRequest): Promise<Page<ReportView>>
}
