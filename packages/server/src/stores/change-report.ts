import { sql } from 'kysely'
import type { Kysely, SqlBool, Transaction } from 'kysely'
import { viewOf } from '../reports/report-change.ts'
import type { ReportChange } from '../reports/report-change.ts'
import type { ChangeRequest } from '../reports/report-store.ts'
import type { ReportView } from '../reports/report.ts'
import { activeReportsOf, countActive } from './count-active.ts'
import type { Database, ReportTable } from './database.ts'
import { waitingExecutionRow } from './execution-row.ts'
import { addReportEvent } from './report-events.ts'
import { changeableColumns, reportFrom } from './report-row.ts'
import { takeTurn } from './transactions.ts'

/** One report of an account. */
export interface OwnReport {
  readonly accountId: string
  readonly program: string
  readonly id: string
}

/** Reads how a report stands and stores what becomes of it. Nothing has been written when it is refused. */
export async function changeReport(
  tx: Transaction<Database>,
  own: OwnReport,
  { executionId, activeReports, decide }: ChangeRequest,
): Promise<ReportView | 'not_found' | 'active_report_quota'> {
  const row = await ownReport(tx, own).forNoKeyUpdate().executeTakeFirst()
  if (row === undefined) return 'not_found'
  const before = reportFrom(row)
  const waitingAt = await waitingSince(tx, own.id)
  const change = decide({
    report: before,
    startedCount: row.started_count,
    waitingAt,
    isRunning: await hasRunning(tx, own.id),
  })
  const becomesActive = before.status !== 'Active' && change.report.status === 'Active'
  if (becomesActive) {
    // Who creates a report has this turn too, and waits for no report.
    await takeTurn(tx, activeReportsOf(before))
    if ((await countActive(tx, before)) >= activeReports) return 'active_report_quota'
  }

  const changed = { ...row, ...changeableColumns(change.report), ...gridColumns(row, change) }
  await tx.updateTable('reports').set(changed).where('id', '=', own.id).execute()
  await replaceWaiting(tx, changed, change, { executionId, waitingAt })
  if (change.event !== null) await addReportEvent(tx, own.id, change.event)
  return viewOf(change, changed.started_count)
}

/** A report of an account, to be read or locked. */
export function ownReport(db: Kysely<Database>, { accountId, program, id }: OwnReport) {
  return db
    .selectFrom('reports')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('program', '=', program)
}

/** A new grid counts from 0, and its rows differ from those of the old one, which stay. */
function gridColumns(row: ReportTable, { grid }: ReportChange): Pick<ReportTable, 'grid' | 'started_count'> {
  return grid === 'new'
    ? { grid: row.grid + 1, started_count: 0 }
    : { grid: row.grid, started_count: row.started_count }
}

/**
 * The waiting execution as it is to be. On the same grid it keeps its row and so its id, which a client may poll on; at
 * most one waits, an index sees to that.
 */
async function replaceWaiting(
  tx: Transaction<Database>,
  report: ReportTable,
  { waitingAt, grid }: ReportChange,
  before: { readonly executionId: string; readonly waitingAt: number | null },
): Promise<void> {
  const keepsRow = before.waitingAt !== null && waitingAt !== null && grid === 'same'
  if (before.waitingAt !== null && !keepsRow) {
    await tx
      .deleteFrom('executions')
      .where('report_id', '=', report.id)
      .where(sql<SqlBool>`status in ('Pending', 'Paused')`)
      .execute()
  }
  if (waitingAt === null) return
  const occurrence = report.started_count
  const row = waitingExecutionRow(report, { executionId: before.executionId, occurrence, scheduledAt: waitingAt })
  if (!keepsRow) {
    await tx.insertInto('executions').values(row).execute()
    return
  }
  const { status, scheduled_at, claimable_at } = row
  await tx
    .updateTable('executions')
    .set({ status, scheduled_at, claimable_at })
    .where('report_id', '=', report.id)
    .where(sql<SqlBool>`status in ('Pending', 'Paused')`)
    .execute()
}

async function waitingSince(tx: Transaction<Database>, reportId: string): Promise<number | null> {
  const waiting = await tx
    .selectFrom('executions')
    .select('scheduled_at')
    .where('report_id', '=', reportId)
    // Written out, as everywhere: only so can SQLite know that its partial index holds the answer.
    .where(sql<SqlBool>`status in ('Pending', 'Paused')`)
    .executeTakeFirst()
  return waiting?.scheduled_at ?? null
}

async function hasRunning(tx: Transaction<Database>, reportId: string): Promise<boolean> {
  const running = await tx
    .selectFrom('executions')
    .select('id')
    .where('report_id', '=', reportId)
    .where(sql<SqlBool>`status = 'Running'`)
    .executeTakeFirst()
  return running !== undefined
}
