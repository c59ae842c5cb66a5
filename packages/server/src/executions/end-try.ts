import { jittered } from '../kernel/backoff.ts'
import type { Random } from '../kernel/backoff.ts'
import { makeDelivery } from '../callbacks/make-delivery.ts'
import type { CallbackDelivery } from '../callbacks/delivery.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Clock } from '../kernel/clock.ts'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import type { ExecutionEvents } from './execution-events.ts'
import type { ExecutionStore } from './execution-store.ts'
import type { ClaimedExecution, Failure } from './execution.ts'
import { failureFrom, mayRetry, missed, stoppedEachTime } from './run-failure.ts'

export interface EndTryDeps {
  readonly executions: ExecutionStore
  readonly clock: Clock
  readonly random: Random
  readonly events: ExecutionEvents
  readonly newId: NewId
  /** Called when a callback has come to be owed; wakes the courier. */
  readonly deliveryOwed: () => void
}

/** The pause after the first and the second failed try; after the third the execution has failed. */
const retryPausesMs: readonly number[] = [10 * secondMs, minuteMs]

/**
 * How often a run may begin. It begins anew each time its worker dies, and that is seldom the run's fault: its engine is a
 * process of its own, while a server may be restarted many times during a long run. Only a run that never gets further
 * ends here.
 */
const maximumBeginnings = 20

/** How late an occurrence may begin. Older ones are recorded as missed, not made up. */
const longestDelayMs = 30 * dayMs

/** Why an execution just claimed will not be tried at all; undefined when it will. */
export function reasonNotToTry({ attempts, scheduledAt }: ClaimedExecution, now: number): Failure | undefined {
  if (attempts > maximumBeginnings) return stoppedEachTime
  // Only a first try can be too late; one that has begun in time goes on.
  return attempts <= 1 && now - scheduledAt > longestDelayMs ? missed : undefined
}

/**
 * Records a try that failed by `error`: to be tried again, or failed for good (`docs/reference/compatibility.md`,
 * Reports and executions). Returns false when the lease was no longer ours, and then nothing was recorded.
 */
export async function endTry(deps: EndTryDeps, execution: ClaimedExecution, error: unknown): Promise<boolean> {
  const failure = failureFrom(error)
  const pauseMs = mayRetry(failure) ? retryPausesMs[execution.failedTries] : undefined
  if (pauseMs === undefined) return endForGood(deps, execution, failure, error)

  const at = deps.clock.now()
  const retryAt = at + jittered(pauseMs, deps.random)
  const recorded = await deps.executions.retryAt(execution.id, execution.lease.token, { at, retryAt, failure })
  if (recorded) deps.events.executionRetried(execution, failure, retryAt, error)
  else deps.events.executionLeaseLost(execution)
  return recorded
}

/** Records that the execution has failed. Returns false when the lease was no longer ours. */
export async function endForGood(
  deps: EndTryDeps,
  execution: ClaimedExecution,
  failure: Failure,
  cause: unknown,
): Promise<boolean> {
  const { id, lease } = execution
  const finishedAt = deps.clock.now()
  const delivery = deliveryOf(deps, execution, failure, finishedAt)
  const recorded = await deps.executions.fail(id, lease.token, { finishedAt, failure, delivery })
  if (recorded) {
    deps.events.executionFailed(execution, failure, cause)
    if (delivery !== null) deps.deliveryOwed()
  } else {
    deps.events.executionLeaseLost(execution)
  }
  return recorded
}

/** The callback of a run that failed: owed only where the report asks for it, and nothing to a disabled account. */
function deliveryOf(
  { newId }: EndTryDeps,
  execution: ClaimedExecution,
  failure: Failure,
  finishedAt: number,
): CallbackDelivery | null {
  const { callback, clientId } = execution.report
  if (callback === null || callback.on !== 'ended' || failure.code === 'account_disabled') return null
  return makeDelivery(newId, {
    accountId: execution.accountId,
    clientId,
    reportId: execution.reportId,
    executionId: execution.id,
    callback,
    scheduledAt: execution.scheduledAt,
    startedAt: execution.startedAt ?? finishedAt,
    finishedAt,
    outcome: { kind: 'failed', failureReason: failure },
  })
}
