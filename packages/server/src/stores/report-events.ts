import type { Kysely, Transaction } from 'kysely'
import { reportEventKinds } from '../reports/report-event.ts'
import type { ReportEvent } from '../reports/report-event.ts'
import type { EventRange } from '../reports/report-store.ts'
import type { Database } from './database.ts'

/** Adds an event in the transaction of what it tells of: so the log never says what did not happen, or misses what did. */
export async function addReportEvent(
  tx: Transaction<Database>,
  reportId: string,
  {
    at,
    kind,
    executionId = null,
    scheduledAt = null,
    detail = null,
  }: Partial<ReportEvent> & Pick<ReportEvent, 'at' | 'kind'>,
): Promise<void> {
  await tx
    .insertInto('report_events')
    .values({
      report_id: reportId,
      at,
      rank: reportEventKinds.indexOf(kind),
      kind,
      execution_id: executionId,
      scheduled_at: scheduledAt,
      detail,
    })
    .execute()
}

/** The events of a report, newest first. */
export async function listReportEvents(
  db: Kysely<Database>,
  reportId: string,
  { fromAt, toAt, limit }: EventRange,
): Promise<readonly ReportEvent[]> {
  let rows = db
    .selectFrom('report_events')
    .selectAll()
    .where('report_id', '=', reportId)
    .orderBy('at', 'desc')
    .orderBy('rank', 'desc')
    .limit(limit)
  if (fromAt !== null) rows = rows.where('at', '>=', fromAt)
  if (toAt !== null) rows = rows.where('at', '<', toAt)
  return (await rows.execute()).map((row) => ({
    at: row.at,
    kind: row.kind,
    executionId: row.execution_id,
    scheduledAt: row.scheduled_at,
    detail: row.detail,
  }))
}

/** Removes the oldest events, up to an instant by which about `limit` are gone: no portable DELETE takes a LIMIT. */
export async function forgetReportEvents(tx: Transaction<Database>, beforeAt: number, limit: number): Promise<number> {
  const last = await tx
    .selectFrom('report_events')
    .select('at')
    .where('at', '<', beforeAt)
    .orderBy('at')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst()
  const untilAt = last === undefined ? beforeAt : last.at + 1
  const { numDeletedRows } = await tx.deleteFrom('report_events').where('at', '<', untilAt).executeTakeFirst()
  return Number(numDeletedRows)
}
