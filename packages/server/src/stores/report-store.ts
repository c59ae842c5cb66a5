import { evenLength } from './even-length.ts'
import { sql } from 'kysely'
import type { Kysely, SqlBool, Transaction } from 'kysely'
import type { Report } from '../reports/report.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { Database } from './database.ts'
import { waitingExecutionRow } from './execution-row.ts'
import { nameKey } from '../kernel/name-key.ts'
import { pageOf, rowsToRead } from './newest-first.ts'
import { newReportRow, reportViewFrom } from './report-row.ts'
import { reportViews } from './report-views.ts'
import { changeReport, ownReport } from './change-report.ts'
import { activeReportsOf, countActive } from './count-active.ts'
import { isQueueFull } from './is-queue-full.ts'
import { deleteReport } from './delete-report.ts'
import { addReportEvent, forgetReportEvents, listReportEvents } from './report-events.ts'
import { inTransaction, takeTurn } from './transactions.ts'

/** Reports in a database. */
export function createReportStore(db: Kysely<Database>): ReportStore {
  return {
    insertWithin: (report, first, limits) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, activeReportsOf(report))
        if ((await countActive(tx, report)) >= limits.activeReports) return 'active_report_quota'
        if (report.schedule.kind === 'once') {
          const { limit, sinceAt } = limits.executeNow
          if ((await countOnceSince(tx, report, sinceAt)) >= limit) return 'execute_now_quota'
          const { limit: queued, dueAt } = limits.queuedExports
          if ((await hasOnceWaiting(tx, report)) && (await isQueueFull(tx, { limit: queued, dueAt })))
            return 'queue_full'
        }
        const row = newReportRow(report)
        await tx.insertInto('reports').values(row).execute()
        await tx
          .insertInto('executions')
          .values(waitingExecutionRow(row, { ...first, occurrence: 0 }))
          .execute()
        await addReportEvent(tx, report.id, { at: report.createdAt, kind: 'created' })
        return 'inserted'
      }),

    async find(accountId, program, id) {
      const row = await reportViews(db)
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('program', '=', program)
        .executeTakeFirst()
      return row && reportViewFrom(row)
    },

    change: (accountId, program, id, request) =>
      inTransaction(db, (tx) => changeReport(tx, { accountId, program, id }, request)),

    delete: (accountId, program, id, told) =>
      inTransaction(db, (tx) => deleteReport(tx, { accountId, program, id }, told)),

    async events(accountId, program, id, range) {
      const own = await ownReport(db, { accountId, program, id }).executeTakeFirst()
      return own && listReportEvents(db, id, range)
    },

    forgetEvents: (beforeAt, limit) => inTransaction(db, (tx) => forgetReportEvents(tx, beforeAt, limit)),

    async list(accountId, program, { ids, name, queryId }, page) {
      if (ids?.length === 0) return { items: [], next: null }
      let rows = reportViews(db)
        .where('account_id', '=', accountId)
        .where('program', '=', program)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(rowsToRead(page))
      if (ids !== undefined) rows = rows.where('id', 'in', evenLength(ids))
      if (name !== undefined) rows = rows.where('name_key', '=', nameKey(name))
      if (queryId !== undefined) rows = rows.where('query_id', '=', queryId)
      const { after } = page
      if (after !== null) {
        rows = rows.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(after.createdAt, after.id)))
      }
      return pageOf((await rows.execute()).map(reportViewFrom), page)
    },
  }
}

/** Whether a run-once report of the client waits or runs: its next one can wait its turn. */
async function hasOnceWaiting(
  tx: Transaction<Database>,
  { accountId, clientId }: Pick<Report, 'accountId' | 'clientId'>,
): Promise<boolean> {
  const waiting = await tx
    .selectFrom('reports')
    .select('id')
    .where('account_id', '=', accountId)
    .where('client_id', '=', clientId)
    .where(sql<SqlBool>`status = 'Active' and schedule_kind = 'once'`)
    .limit(1)
    .executeTakeFirst()
  return waiting !== undefined
}

/** How many run-once reports the client has made at or after `sinceAt`. */
async function countOnceSince(
  tx: Transaction<Database>,
  { accountId, clientId }: Report,
  sinceAt: number,
): Promise<number> {
  const { count } = await tx
    .selectFrom('reports')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('client_id', '=', clientId)
    .where('created_at', '>=', sinceAt)
    // Written out, not a parameter: only so can SQLite know that its partial index holds the answer.
    .where(sql<SqlBool>`schedule_kind = 'once'`)
    .executeTakeFirstOrThrow()
  return count
}
