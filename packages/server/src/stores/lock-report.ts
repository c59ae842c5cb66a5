import type { Transaction } from 'kysely'
import { Conflict } from './conflict.ts'
import type { Database, ReportTable } from './database.ts'

/*
 * The row of a report is the lock of all that belongs to it (`transactions.ts`). What a transaction reads after it has the
 * lock stays so until it ends: no execution of the report begins or ends meanwhile, and nobody changes the report.
 */

/** Waits for the report of an execution, and takes it. One that is gone locks nothing, and has no executions either. */
export async function lockReportOf(tx: Transaction<Database>, executionId: string): Promise<void> {
  await tx
    .selectFrom('executions as e')
    .innerJoin('reports as r', 'r.id', 'e.report_id')
    .select('r.id')
    .where('e.id', '=', executionId)
    .forNoKeyUpdate('r')
    .execute()
}

/**
 * Takes a report for who has one of its executions already, and so may not wait: who holds the report may want that
 * execution. Raises `Conflict` when somebody else has it.
 */
export async function lockFreeReport(tx: Transaction<Database>, reportId: string): Promise<ReportTable> {
  const row = await tx
    .selectFrom('reports')
    .selectAll()
    .where('id', '=', reportId)
    .forNoKeyUpdate()
    .skipLocked()
    .executeTakeFirst()
  if (row === undefined) throw new Conflict(`Somebody else has the report ${reportId}`)
  return row
}
