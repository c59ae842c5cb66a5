import { invariant } from '../kernel/invariant.ts'
import type { Callback, Report, ReportView, Schedule } from '../reports/report.ts'
import type { ReportTable } from './database.ts'
import { nameKey } from '../kernel/name-key.ts'

/** The row of a report that no occurrence has begun of. */
export function newReportRow(report: Report): ReportTable {
  return {
    id: report.id,
    account_id: report.accountId,
    program: report.program,
    client_id: report.clientId,
    user_id: report.user,
    query_id: report.queryId,
    query_text: report.queryText,
    ...changeableColumns(report),
    started_count: 0,
    grid: 0,
    created_at: report.createdAt,
  }
}

/** The columns of what can be changed in a report. */
export function changeableColumns(report: Report) {
  return {
    name: report.name,
    name_key: nameKey(report.name),
    description: report.description,
    ...scheduleColumns(report.schedule),
    format: report.format,
    neutralize_formulas: report.neutralizeFormulas ? 1 : 0,
    callback_url: report.callback?.url ?? null,
    callback_method: report.callback?.method ?? null,
    callback_on: report.callback?.on ?? 'completed',
    status: report.status,
    modified_at: report.modifiedAt,
  } satisfies Partial<ReportTable>
}

/** The report in a row. */
export function reportFrom(row: ReportTable): Report {
  return {
    id: row.id,
    accountId: row.account_id,
    clientId: row.client_id,
    program: row.program,
    user: row.user_id,
    name: row.name,
    description: row.description,
    queryId: row.query_id,
    queryText: row.query_text,
    schedule: scheduleFrom(row),
    format: row.format,
    neutralizeFormulas: row.neutralize_formulas === 1,
    callback: callbackFrom(row),
    status: row.status,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  }
}

/** A report's row with the scheduled time of its waiting execution. */
export interface ReportViewRow extends ReportTable {
  readonly next_execution_at: number | null
}

/** The view in a row of `report-views.ts`. */
export function reportViewFrom(row: ReportViewRow): ReportView {
  return { ...reportFrom(row), startedCount: row.started_count, nextExecutionAt: row.next_execution_at }
}

type ScheduleColumn =
  | 'schedule_kind'
  | 'first_at'
  | 'start_at'
  | 'interval_hours'
  | 'occurrence_count'
  | 'end_at'
  | 'query_start_at'
  | 'query_end_at'

function scheduleColumns(schedule: Schedule): Pick<ReportTable, ScheduleColumn> {
  switch (schedule.kind) {
    case 'once':
      return {
        schedule_kind: 'once',
        first_at: schedule.at,
        start_at: null,
        interval_hours: null,
        occurrence_count: null,
        end_at: null,
        query_start_at: schedule.queryStartAt,
        query_end_at: schedule.queryEndAt,
      }
    case 'recurring':
      return {
        schedule_kind: 'recurring',
        first_at: schedule.firstAt,
        start_at: schedule.startAt,
        interval_hours: schedule.intervalHours,
        occurrence_count: schedule.count,
        end_at: schedule.endAt,
        query_start_at: null,
        query_end_at: null,
      }
    default:
      return schedule satisfies never
  }
}

function scheduleFrom(row: ReportTable): Schedule {
  if (row.schedule_kind === 'once') {
    return { kind: 'once', at: row.first_at, queryStartAt: row.query_start_at, queryEndAt: row.query_end_at }
  }
  invariant(row.start_at !== null && row.interval_hours !== null, 'a recurring report has a start and an interval')
  return {
    kind: 'recurring',
    startAt: row.start_at,
    firstAt: row.first_at,
    intervalHours: row.interval_hours,
    count: row.occurrence_count,
    endAt: row.end_at,
  }
}

function callbackFrom(row: ReportTable): Callback | null {
  if (row.callback_url === null || row.callback_method === null) return null
  return { url: row.callback_url, method: row.callback_method, on: row.callback_on }
}
