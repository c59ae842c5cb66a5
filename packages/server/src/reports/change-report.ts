import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import type { ReportStore } from './report-store.ts'
import type { ReportView } from './report.ts'

export interface ChangeReportDeps {
  readonly catalog: Catalog
  readonly reports: ReportStore
  readonly clock: Clock
  readonly newId: NewId
  readonly limits: { readonly activeReportsPerClient: number }
}

/** Which report. */
export interface ReportKey {
  readonly program: string
  readonly id: string
}

/**
 * Changes one report of the account as `decide` says, which sees it as it stands in the same transaction: no claim of a
 * worker can come between. What `decide` throws undoes it all.
 *
 * Raises `unknown_program`, `not_found`, and `active_report_quota` when a report would become Active beyond the limit.
 */
export async function changeReport(
  { catalog, reports, clock, newId, limits }: ChangeReportDeps,
  owner: Owner,
  key: ReportKey,
  decide: (standing: ReportStanding, now: number) => ReportChange,
): Promise<ReportView> {
  const program = requireProgram(catalog, key.program)
  const now = clock.now()
  const changed = await reports.change(owner.accountId, program, key.id, {
    executionId: newId(),
    activeReports: limits.activeReportsPerClient,
    decide: (standing) => decide(standing, now),
  })
  if (changed === 'not_found') throw new AppError('not_found', {})
  if (changed === 'active_report_quota') {
    throw new AppError('active_report_quota', { limit: limits.activeReportsPerClient })
  }
  return changed
}
