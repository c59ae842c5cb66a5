import type { BlobRemover } from './blob-remover.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ChangeReportDeps, ReportKey } from './change-report.ts'
import type { ReportView } from './report.ts'

export interface DeleteReportDeps extends Pick<ChangeReportDeps, 'catalog' | 'reports' | 'clock'> {
  /** Removes the files of the report's executions; what it can't remove now it removes later. */
  readonly removeBlobs: BlobRemover
}

/**
 * Removes a report with its executions, files and callbacks that are still owed. Links to its files are dead from then
 * on, and a run under way can't record or publish anything. Gives the report as it was. Raises `unknown_program`,
 * `not_found`.
 */
export async function deleteReport(
  deps: DeleteReportDeps,
  source: AuditSource,
  owner: Owner,
  key: ReportKey,
): Promise<ReportView> {
  const program = requireProgram(deps.catalog, key.program)
  const deleted = await deps.reports.delete(owner.accountId, program, key.id, { source, at: deps.clock.now() })
  if (deleted === undefined) throw new AppError('not_found', {})
  await deps.removeBlobs(deleted.blobKeys)
  return deleted.report
}
