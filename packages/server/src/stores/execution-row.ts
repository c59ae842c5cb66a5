import { createHash } from 'node:crypto'
import type { NextOccurrence } from '../executions/execution-store.ts'
import type { Execution, Failure } from '../executions/execution.ts'
import { claimableAt, notClaimable } from './claim.ts'
import type { ExecutionTable, ReportTable } from './database.ts'

/** The row of an occurrence that waits: to be claimed when it is due, or paused with its report. */
export function waitingExecutionRow(
  report: Pick<ReportTable, 'id' | 'account_id' | 'status' | 'grid' | 'schedule_kind' | 'program' | 'query_text'>,
  next: NextOccurrence,
): ExecutionTable {
  const paused = report.status === 'Paused'
  return {
    id: next.executionId,
    report_id: report.id,
    account_id: report.account_id,
    grid: report.grid,
    occurrence: next.occurrence,
    scheduled_at: next.scheduledAt,
    status: paused ? 'Paused' : 'Pending',
    claims: 0,
    attempts: 0,
    failed_tries: 0,
    started_at: null,
    finished_at: null,
    failure_code: null,
    failure_message: null,
    scan_key: report.schedule_kind === 'recurring' ? scanKeyOf(report) : null,
    ...(paused ? notClaimable : claimableAt(next.scheduledAt)),
  }
}

/** The same for all reports that run one query, whosever they are. */
function scanKeyOf({ program, query_text }: Pick<ReportTable, 'program' | 'query_text'>): string {
  return createHash('sha256').update(`${program}\n${query_text}`).digest('hex').slice(0, 32)
}

/** The execution in a row. */
export function executionFrom(row: ExecutionTable): Execution {
  return {
    id: row.id,
    reportId: row.report_id,
    accountId: row.account_id,
    occurrence: row.occurrence,
    scheduledAt: row.scheduled_at,
    status: row.status,
    attempts: row.attempts,
    failedTries: row.failed_tries,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    failure: failureFrom(row),
  }
}

/** The columns that say why a try failed; null clears them. */
export function failureColumns(failure: Failure | null): Pick<ExecutionTable, 'failure_code' | 'failure_message'> {
  return { failure_code: failure?.code ?? null, failure_message: failure?.message ?? null }
}

function failureFrom(row: ExecutionTable): Failure | null {
  if (row.failure_code === null || row.failure_message === null) return null
  return { code: row.failure_code, message: row.failure_message }
}
