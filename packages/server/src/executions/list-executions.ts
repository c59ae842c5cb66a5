import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { dayMs } from '../kernel/hours.ts'
import type { Owner } from '../kernel/owner.ts'
import type { ReportStore } from '../reports/report-store.ts'
import type { ExecutionFilter, ExecutionStore } from './execution-store.ts'
import type { ExecutionStatus, ExecutionView } from './execution.ts'
import { isFinished } from './states.ts'

export interface ListExecutionsDeps {
  readonly catalog: Catalog
  readonly executions: ExecutionStore
  readonly reports: ReportStore
  readonly clock: Clock
}

export interface ListExecutionsInput {
  readonly program: string
  readonly reportIds: readonly string[]
  /** Null, here and below: not asked for. */
  readonly executionIds: readonly string[] | null
  readonly statuses: readonly ExecutionStatus[] | null
  readonly latestOnly: boolean | null
}

export interface ExecutionList {
  /** Newest first. */
  readonly items: readonly ExecutionView[]
  /**
   * `none_completed`: the defaults were in force and nothing has completed yet. `items` has, for each report, what a
   * client polls on: the execution that will complete first, or the one that failed last when none is to come.
   */
  readonly outcome: 'found' | 'none_completed'
}

/** The documented answer when the report is there and filters find none of its executions. */
export const nothingFoundSentence =
  "There are no executions that have occurred for the given filter conditions. Please recheck the reportId or executionId and retry the API after the report's scheduled execution time"

const listedMs = 90 * dayMs

/**
 * The executions of reports, as `docs/reference/compatibility.md`, Reports and executions, rules it: by default the
 * latest completed one of each. Of several report ids, those that exist count. Raises `unknown_program`; `not_found`
 * when no such report exists, or, with the documented sentence, when filters find nothing.
 */
export async function listExecutions(
  deps: ListExecutionsDeps,
  owner: Owner,
  input: ListExecutionsInput,
): Promise<ExecutionList> {
  const program = requireProgram(deps.catalog, input.program)
  const found = await deps.executions.list(owner.accountId, program, filterOf(input, deps.clock.now()))
  if (found.length > 0) return { items: found, outcome: 'found' }

  // Only now: who polls on an execution asks this many times, and finds it.
  const reportIds = await knownReports(deps, owner, program, input.reportIds)
  const byDefaults = input.executionIds === null && input.statuses === null
  if (!byDefaults) throw new AppError('not_found', { sentence: nothingFoundSentence })
  const all = await deps.executions.list(owner.accountId, program, { reportIds, latestOnly: false })
  const items = reportIds.map((id) => worthPollingOn(all.filter(({ reportId }) => reportId === id)))
  return { items: items.filter((item) => item !== undefined), outcome: 'none_completed' }
}

function filterOf(input: ListExecutionsInput, now: number): ExecutionFilter {
  const { reportIds, executionIds, statuses } = input
  if (executionIds !== null) {
    // Who names executions means each of them.
    return { reportIds, executionIds, ...(statuses !== null && { statuses }), latestOnly: input.latestOnly ?? false }
  }
  const latestOnly = input.latestOnly ?? true
  return {
    reportIds,
    statuses: statuses ?? ['Completed'],
    ...(!latestOnly && { sinceAt: now - listedMs }),
    latestOnly,
  }
}

async function knownReports(
  { reports }: ListExecutionsDeps,
  { accountId }: Owner,
  program: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all([...new Set(ids)].map((id) => reports.find(accountId, program, id)))
  const known = found.flatMap((report) => (report === undefined ? [] : [report.id]))
  // Documented apart from a report that has not run: to wait for an id that never was would be to wait for ever.
  if (known.length === 0) throw new AppError('not_found', {})
  return known
}

/** `executions` of one report, newest first. */
function worthPollingOn(executions: readonly ExecutionView[]): ExecutionView | undefined {
  return executions.findLast(({ status }) => !isFinished(status)) ?? executions[0]
}
