import type { Artifact } from '../artifacts/artifact.ts'
import type { Lease } from '../kernel/lease.ts'
import type { Report } from '../reports/report.ts'

export type ExecutionStatus = 'Pending' | 'Running' | 'Paused' | 'Completed' | 'Failed'

/** Why an execution failed: a stable code and a sentence for the partner. Never a stack, SQL or a path. */
export interface Failure {
  readonly code: FailureCode
  readonly message: string
}

export type FailureCode =
  | 'invalid_query'
  | 'dataset_unavailable'
  | 'timeout'
  | 'out_of_memory'
  | 'disk_full'
  | 'engine_error'
  | 'missed'
  | 'account_disabled'
  | 'internal'

/** One occurrence of a report. A waiting one is a row from the moment the one before it starts. */
export interface Execution {
  readonly id: string
  readonly reportId: string
  readonly accountId: string
  /** Occurrence k of the report's grid, from 0. */
  readonly occurrence: number
  /** The reference time: when it is due by the grid. TIMESPAN windows are computed from it, also on a late run. */
  readonly scheduledAt: number
  readonly status: ExecutionStatus
  /** How often it has begun, those not counted that were handed back. */
  readonly attempts: number
  /** Tries that have failed. A run that began anew because its worker died has not. */
  readonly failedTries: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly failure: Failure | null
}

/** An execution with what the API shows beside it. */
export interface ExecutionView extends Execution {
  readonly report: Report
  /** How many occurrences remain after those that have begun; null = without end. As `ReportView` has it. */
  readonly startedCount: number
  readonly nextExecutionAt: number | null
  readonly artifact: Artifact | null
}

/** An execution in a worker's hands. */
export interface ClaimedExecution extends Execution {
  readonly report: Report
  readonly lease: Lease
}
