import type { Artifact } from '../artifacts/artifact.ts'
import type { CallbackDelivery } from '../callbacks/delivery.ts'
import type { Backlog } from '../kernel/backlog.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import type { Report } from '../reports/report.ts'
import type { ClaimedExecution, ExecutionStatus, ExecutionView, Failure } from './execution.ts'

/** Occurrence `k` of a report, to be stored as its next waiting execution. */
export interface NextOccurrence {
  readonly executionId: string
  readonly occurrence: number
  readonly scheduledAt: number
}

/** A claim, and the accounts whose executions it passes over. */
export interface ClaimRequest extends LeaseRequest {
  readonly passOver?: readonly string[]
}

/** Gives the occurrence of a report that follows one; pure. */
export type Following = (report: Report, occurrence: number) => NextOccurrence | undefined

export interface ExecutionFilter {
  readonly reportIds: readonly string[]
  readonly executionIds?: readonly string[]
  readonly statuses?: readonly ExecutionStatus[]
  /** Only those scheduled at or after this instant. */
  readonly sinceAt?: number
  /** For each report only the one scheduled last among those that pass the other filters. */
  readonly latestOnly: boolean
}

/**
 * Port: executions, which are also the queue.
 *
 * Claimable is: Pending and due, while no execution of the same report runs; or Running under a lease that has ended
 * (its worker died, or it waits for its next try). A retry is a lease without an owner that ends at the time of the
 * retry: so a report stays serial through its retries, and there is one rule of claiming, not two.
 */
export interface ExecutionStore {
  /**
   * Claims the execution due longest, in one transaction that also stores what `following` returns as the report's next
   * waiting execution, if this is the first claim of this one. `following` is pure.
   */
  claimDue(request: ClaimRequest, following: Following): Promise<ClaimedExecution | undefined>
  /**
   * How many other accounts have an execution waiting that is due at the same instant for the same query of the same
   * program: at most `limit`.
   */
  countCompanions(executionId: string, limit: number): Promise<number>
  /** Claims one of each under a lease, as `claimDue` does, in one transaction; at most `limit`. */
  claimCompanions(
    executionId: string,
    request: LeaseRequest,
    limit: number,
    following: Following,
  ): Promise<readonly ClaimedExecution[]>

  // Each of these changes the row only while it is Running under `leaseToken`. False: the lease is no longer ours, and
  // nothing was changed.

  renewLease(executionId: string, leaseToken: string, expiresAt: number): Promise<boolean>
  /** Completed, with its artifact and the callback it owes, in one transaction. The report becomes Inactive if none waits. */
  complete(
    executionId: string,
    leaseToken: string,
    result: { readonly finishedAt: number; readonly artifact: Artifact; readonly delivery: CallbackDelivery | null },
  ): Promise<boolean>
  /** Stays Running, to be claimed again at `retryAt`. */
  retryAt(
    executionId: string,
    leaseToken: string,
    result: { readonly at: number; readonly retryAt: number; readonly failure: Failure },
  ): Promise<boolean>
  /**
   * Failed for good, with the callback that it owes, if any. The report goes on with its following occurrence; it becomes
   * Inactive if none waits.
   */
  fail(
    executionId: string,
    leaseToken: string,
    result: { readonly finishedAt: number; readonly failure: Failure; readonly delivery: CallbackDelivery | null },
  ): Promise<boolean>
  /** A worker that shuts down gives the run back: claimable at once, the try not counted. */
  handBack(executionId: string, leaseToken: string, now: number): Promise<boolean>

  /** The tokens of the leases that some executions are under, by execution. */
  heldLeases(executionIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  /**
   * Removes executions that ended before `beforeAt`, the oldest first and at most `limit`, with their artifacts and
   * callbacks. Gives how many, and the keys of the files, which are the caller's to remove.
   */
  removeEnded(
    beforeAt: number,
    limit: number,
  ): Promise<{ readonly removed: number; readonly blobKeys: readonly string[] }>

  /** The next instant at which something may be claimable; undefined when nothing waits or runs. */
  nextDueAt(): Promise<number | undefined>
  /** What stands in the queue at `now`: due and not taken, and in somebody's hands. */
  backlog(now: number): Promise<Backlog>
  /** Newest first (by scheduled time). */
  list(accountId: string, program: string, filter: ExecutionFilter): Promise<readonly ExecutionView[]>
}
