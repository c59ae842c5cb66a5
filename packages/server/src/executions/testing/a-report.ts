import { hourMs } from '../../kernel/hours.ts'
import { occurrenceAt } from '../../reports/recurrence.ts'
import type { ReportStore } from '../../reports/report-store.ts'
import type { Report } from '../../reports/report.ts'

/** Midnight of a day in the middle of the rows of `openWorkshop`. */
export const midnight = Date.UTC(2026, 0, 10)

/** A daily report, without end, on the orders of the last month; what a test speaks of it says itself. */
export function aReport(change: Partial<Report> = {}): Report {
  return {
    id: 'report-1',
    accountId: 'account-1',
    clientId: 'client-1',
    program: 'cmp',
    user: '100001',
    name: 'Orders/Day',
    description: null,
    queryId: 'query-1',
    queryText: 'SELECT OrderDate, OrderId FROM Orders TIMESPAN LAST_MONTH',
    schedule: daily(midnight),
    format: 'csv',
    neutralizeFormulas: false,
    callback: null,
    status: 'Active',
    createdAt: midnight - hourMs,
    modifiedAt: null,
    ...change,
  }
}

/** Every day from `firstAt`, `count` times or without end. */
export function daily(firstAt: number, count: number | null = null): Report['schedule'] {
  return { kind: 'recurring', startAt: firstAt, firstAt, intervalHours: 24, count, endAt: null }
}

/** Runs once, at `at`. */
export function once(at: number, queryStartAt: number | null = null, queryEndAt: number | null = null) {
  return { kind: 'once', at, queryStartAt, queryEndAt } satisfies Report['schedule']
}

/** Stores the report with its first waiting execution, `<id>.0`, as creating it would. */
export async function storeReport(reports: ReportStore, change: Partial<Report> = {}): Promise<Report> {
  const report = aReport(change)
  const scheduledAt = occurrenceAt(report.schedule, 0)
  if (scheduledAt === undefined) throw new Error('a report has a first occurrence')
  const stored = await reports.insertWithin(
    report,
    { executionId: `${report.id}.0`, scheduledAt },
    { activeReports: 1_000, executeNow: { limit: 1_000, sinceAt: 0 }, queuedExports: { limit: 1_000_000, dueAt: 0 } },
  )
  if (stored !== 'inserted') throw new Error(stored)
  return report
}
