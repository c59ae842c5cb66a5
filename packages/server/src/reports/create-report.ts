import type { NewId } from '../kernel/ids.ts'
import type { Clock } from '../kernel/clock.ts'
import { AppError } from '../kernel/app-error.ts'
import { hourMs } from '../kernel/hours.ts'
import { invariant } from '../kernel/invariant.ts'
import type { Owner } from '../kernel/owner.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { checkText } from '../queries/check-text.ts'
import type { CheckTextDeps } from '../queries/check-text.ts'
import { findQuery } from '../queries/find-query.ts'
import type { FindQueryDeps } from '../queries/find-query.ts'
import { checkWords } from './check-words.ts'
import { missingScheduleFields, planSchedule } from './plan-schedule.ts'
import type { ScheduleLimits, ScheduleRequest } from './plan-schedule.ts'
import { readCallback } from './read-callback.ts'
import type { CallbackPolicy } from './read-callback.ts'
import { occurrenceAt } from './recurrence.ts'
import type { ReportStore } from './report-store.ts'
import type { CallbackMethod, CallbackOn, Report, ReportFormat, ReportView } from './report.ts'

export interface CreateReportLimits extends ScheduleLimits {
  readonly activeReportsPerClient: number
  /** ExecuteNow reports that one client may create in 60 minutes. */
  readonly executeNowPerHour: number
  /** Executions that may be due and not begun before ExecuteNow is refused. */
  readonly queuedExports: number
}

export interface CreateReportDeps extends CheckTextDeps, FindQueryDeps {
  readonly reports: ReportStore
  readonly clock: Clock
  readonly newId: NewId
  readonly limits: CreateReportLimits
  readonly callbackPolicy: CallbackPolicy
}

/** A request for a report, as values: reading them from text, and the words for what can't be read, is the wire's. */
export interface CreateReportInput extends ScheduleRequest {
  readonly program: string
  readonly name: string | null
  readonly description: string | null
  readonly queryId: string | null
  readonly format: ReportFormat
  readonly neutralizeFormulas: boolean
  readonly callbackUrl: string | null
  /** Null: POST. */
  readonly callbackMethod: CallbackMethod | null
  /** Null: on completion only, as documented. */
  readonly callbackOn: CallbackOn | null
}

export interface CreatedReport {
  readonly report: ReportView
  /** Extensions of the query language that the report's query uses; the real service knows none of them. */
  readonly extensions: readonly string[]
}

/**
 * Makes a report from a query and stores it with its first waiting execution, all or nothing. The report owns a copy of
 * the query's text, so it outlives the query.
 *
 * Raises `unknown_program`, `missing_value`, `invalid_report`, `invalid_interval`, `invalid_query_id`, `invalid_query`
 * (a system query, or an old one, need no longer fit the datasets), `active_report_quota`, `execute_now_quota`; with
 * ExecuteNow `too_busy`, when too many executions wait to be run.
 */
export async function createReport(
  deps: CreateReportDeps,
  owner: Owner,
  input: CreateReportInput,
): Promise<CreatedReport> {
  const program = requireProgram(deps.catalog, input.program)
  const { name, queryId } = requireFields(input)
  checkWords(name, input.description)
  const callback = readCallback(
    { url: input.callbackUrl, method: input.callbackMethod, on: input.callbackOn },
    deps.callbackPolicy,
  )

  const saved = await findQuery(deps, owner, program, queryId)
  if (saved === undefined) throw new AppError('invalid_query_id', { queryId })
  const { query, dataset } = checkText(deps, program, saved.text)

  const now = deps.clock.now()
  const schedule = planSchedule(input, dataset, deps.limits, now)
  const report: Report = {
    id: deps.newId(),
    accountId: owner.accountId,
    clientId: owner.clientId,
    program,
    user: owner.user,
    name,
    description: input.description,
    queryId: saved.id,
    queryText: saved.text,
    schedule,
    format: input.format,
    neutralizeFormulas: input.neutralizeFormulas,
    callback,
    status: 'Active',
    createdAt: now,
    modifiedAt: null,
  }
  const firstAt = occurrenceAt(schedule, 0)
  invariant(firstAt !== undefined, 'a planned schedule has an occurrence')
  await store(deps, report, firstAt)
  return { report: { ...report, startedCount: 0, nextExecutionAt: firstAt }, extensions: query.extensions }
}

function requireFields(input: CreateReportInput): { readonly name: string; readonly queryId: string } {
  const { name, queryId } = input
  const scheduleFields = missingScheduleFields(input)
  if (name && queryId && scheduleFields.length === 0) return { name, queryId }
  const fields = [name ? [] : 'ReportName', queryId ? [] : 'QueryId', scheduleFields].flat()
  throw new AppError('missing_value', { fields })
}

async function store(deps: CreateReportDeps, report: Report, firstAt: number): Promise<void> {
  const { activeReportsPerClient, executeNowPerHour, queuedExports } = deps.limits
  const outcome = await deps.reports.insertWithin(
    report,
    { executionId: deps.newId(), scheduledAt: firstAt },
    {
      activeReports: activeReportsPerClient,
      executeNow: { limit: executeNowPerHour, sinceAt: report.createdAt - hourMs },
      queuedExports: { limit: queuedExports, dueAt: report.createdAt },
    },
  )
  switch (outcome) {
    case 'inserted':
      return
    case 'active_report_quota':
      throw new AppError('active_report_quota', { limit: activeReportsPerClient })
    case 'execute_now_quota':
      throw new AppError('execute_now_quota', { limit: executeNowPerHour })
    case 'queue_full':
      throw queueFull(queuedExports)
    default:
      outcome satisfies never
  }
}

/** When somebody who was turned away may find room: of a queue this long some hundred runs end in that time. */
const retryAfterSeconds = 30

/**
 * A queue without an end is a slow death: whoever asks for a file now would get it hours later, ask again meanwhile, and
 * make it longer. A schedule adds nothing to it now, and what falls due by one was promised; so only ExecuteNow is refused.
 */
function queueFull(limit: number): AppError {
  const sentence = `${limit} executions or more are due and wait to be run; try again in ${retryAfterSeconds} seconds, or schedule the report for later`
  return new AppError('too_busy', { retryAfterSeconds, sentence })
}
