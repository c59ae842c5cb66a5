import type { ExecutionStatus } from '@almanac/api'
import { collect, itemsOfPages } from './pages.ts'
import type { ApiRequest, Transport } from './transport.ts'
import type { Execution } from './wire-types.ts'

export interface ExecutionFilter {
  readonly executionIds?: readonly string[]
  /** Default: `Completed`, unless `executionIds` are given. */
  readonly statuses?: readonly ExecutionStatus[]
  /** False: those of the last 90 days. Default: the latest of each report. */
  readonly latestOnly?: boolean
  readonly signal?: AbortSignal | undefined
}

export interface Executions {
  /**
   * Executions of one report, or of several, newest first. Before the first one has completed, the defaults give the one
   * that is waiting or running, as the service shows it then. An unknown report gives an empty list.
   */
  list(reportId: string | readonly string[], filter?: ExecutionFilter): Promise<readonly Execution[]>
}

export function createExecutions(transport: Transport): Executions {
  return {
    list: (reportId, filter = {}) => collect(itemsOfPages<Execution>(transport, executionsRequest(reportId, filter))),
  }
}

/** GET ScheduledReport/execution/{reportId}. */
export function executionsRequest(
  reportId: string | readonly string[],
  { executionIds, statuses, latestOnly, signal }: ExecutionFilter,
): ApiRequest {
  const ids = typeof reportId === 'string' ? [reportId] : reportId
  return {
    method: 'GET',
    path: `ScheduledReport/execution/${ids.map(encodeURIComponent).join(';')}`,
    query: {
      executionId: executionIds?.join(';'),
      executionStatus: statuses?.join(';'),
      getLatestExecution: latestOnly,
    },
    signal,
  }
}
