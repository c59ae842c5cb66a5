import type { CatalogDataset } from '../datasets/dataset.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { toWireTime } from '../kernel/hours.ts'
import type { Owner } from '../kernel/owner.ts'
import { checkText } from '../queries/check-text.ts'
import type { CheckTextDeps } from '../queries/check-text.ts'
import { changeReport } from './change-report.ts'
import type { ChangeReportDeps, ReportKey } from './change-report.ts'
import { checkWords } from './check-words.ts'
import { readCallback } from './read-callback.ts'
import type { CallbackPolicy } from './read-callback.ts'
import type { ReportChange, ReportStanding } from './report-change.ts'
import { reportStates } from './report-states.ts'
import type { ApiVersion, Callback, CallbackMethod, CallbackOn, Report, ReportFormat, ReportView } from './report.ts'
import type { ScheduleLimits } from './plan-schedule.ts'
import { reschedule } from './reschedule.ts'
import type { ScheduleUpdate } from './reschedule.ts'

export interface UpdateReportDeps extends ChangeReportDeps, CheckTextDeps {
  readonly limits: ScheduleLimits & { readonly activeReportsPerClient: number }
  readonly callbackPolicy: CallbackPolicy
}

/** What a request changes. Absent: stays as it is. Null clears what a report can do without. */
export interface UpdateReportInput extends ReportKey, ScheduleUpdate {
  readonly version: ApiVersion
  readonly name?: string
  readonly description?: string | null
  readonly format?: ReportFormat
  readonly neutralizeFormulas?: boolean
  readonly callbackUrl?: string | null
  readonly callbackMethod?: CallbackMethod
  readonly callbackOn?: CallbackOn
}

/**
 * Changes a report: name, description, format, callback and schedule; its query and whether it runs once at its making
 * can't be changed. A new StartTime, interval or count begins a new grid, whose occurrences count from 0; executions
 * that have run or run stay. A new EndTime moves the end of the same grid. Either brings an Inactive report back, and
 * leaves a paused one paused.
 *
 * Raises `unknown_program`, `not_found`, `missing_value`, `invalid_report`, `invalid_interval`, `invalid_query` (the
 * report's query no longer fits the datasets), `active_report_quota`.
 */
export function updateReport(deps: UpdateReportDeps, owner: Owner, input: UpdateReportInput): Promise<ReportView> {
  const program = requireProgram(deps.catalog, input.program)
  return changeReport(deps, owner, input, (standing, now) => {
    const { report } = standing
    const name = input.name ?? report.name
    const description = input.description === undefined ? report.description : input.description
    checkWords(name, description)
    const words = {
      name,
      description,
      format: input.format ?? report.format,
      neutralizeFormulas: input.neutralizeFormulas ?? report.neutralizeFormulas,
      callback: callbackOf(report, input, deps.callbackPolicy),
    }
    const dataset = (): CatalogDataset => checkText(deps, program, report.queryText).dataset
    const { schedule, waitingAt, grid } = reschedule(standing, input, { dataset, limits: deps.limits, now })
    const status = statusOf(standing, { waitingAt, grid })
    const detail =
      grid === 'new' && waitingAt !== null ? `Its executions begin anew at ${toWireTime(waitingAt)}.` : null
    const event = { at: now, kind: 'updated', detail } as const
    return { report: { ...report, ...words, schedule, status, modifiedAt: now }, waitingAt, grid, event }
  })
}

function statusOf(
  { report, waitingAt: waitedAt }: ReportStanding,
  { waitingAt, grid }: Pick<ReportChange, 'waitingAt' | 'grid'>,
): Report['status'] {
  const hasMore = waitingAt !== null && (waitedAt === null || grid === 'new')
  if (!hasMore) return report.status
  const status = reportStates[report.status].reschedule
  return status === 'refused' ? report.status : status
}

function callbackOf({ callback }: Report, input: UpdateReportInput, policy: CallbackPolicy): Callback | null {
  const { callbackUrl, callbackMethod, callbackOn } = input
  if (callbackUrl === undefined && callbackMethod === undefined && callbackOn === undefined) return callback
  const asked = {
    url: callbackUrl === undefined ? (callback?.url ?? null) : callbackUrl,
    method: callbackMethod ?? callback?.method ?? null,
    on: callbackOn ?? callback?.on ?? null,
  }
  return readCallback(asked, policy)
}
