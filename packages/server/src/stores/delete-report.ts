import type { Transaction } from 'kysely'
import type { ReportView } from '../reports/report.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { appendAudit } from './audit-log.ts'
import { ownReport } from './change-report.ts'
import type { OwnReport } from './change-report.ts'
import type { Database } from './database.ts'
import { reportViewFrom } from './report-row.ts'
import { reportViews } from './report-views.ts'

/** Removes a report; its executions, artifacts and deliveries go with it, by the foreign keys. The audit log tells of it. */
export async function deleteReport(
  tx: Transaction<Database>,
  own: OwnReport,
  { source, at }: { readonly source: AuditSource; readonly at: number },
): Promise<{ readonly report: ReportView; readonly blobKeys: readonly string[] } | undefined> {
  if ((await ownReport(tx, own).forUpdate().executeTakeFirst()) === undefined) return undefined
  const report = await reportViews(tx).where('id', '=', own.id).executeTakeFirstOrThrow()
  const artifacts = await tx
    .selectFrom('artifacts')
    .innerJoin('executions', 'executions.id', 'artifacts.execution_id')
    .select('blob_key')
    .where('executions.report_id', '=', own.id)
    .execute()
  await tx.deleteFrom('reports').where('id', '=', own.id).execute()
  await appendAudit(tx, {
    ...source,
    at,
    action: 'report.deleted',
    objectId: own.id,
    accountId: own.accountId,
    detail: { program: own.program, name: report.name, files: artifacts.length },
  })
  return { report: reportViewFrom(report), blobKeys: artifacts.map(({ blob_key }) => blob_key) }
}
