import type { Artifact } from '../artifacts/artifact.ts'
import type { ClaimedExecution, Failure } from './execution.ts'
import type { Removed } from './retain.ts'

/**
 * What happens to executions, told to whoever keeps logs and metrics. Each returns at once and never throws. `cause` is
 * the error as it was thrown, for the log only: a partner sees the `Failure`.
 */
export interface ExecutionEvents {
  executionStarted(execution: ClaimedExecution): void
  executionCompleted(execution: ClaimedExecution, artifact: Artifact): void
  /** A try failed; the next one begins at `retryAt`. */
  executionRetried(execution: ClaimedExecution, failure: Failure, retryAt: number, cause: unknown): void
  executionFailed(execution: ClaimedExecution, failure: Failure, cause: unknown): void
  /** This worker is shutting down; another may go on at once. */
  executionHandedBack(execution: ClaimedExecution): void
  /** Another worker has it, or its report was deleted. What this one made has been removed. */
  executionLeaseLost(execution: ClaimedExecution): void
  /** A round of retention has removed something. */
  retained(removed: Removed): void
  /** The worker itself is in trouble (the store, mostly). It goes on by itself. */
  workerError(error: unknown): void
}
