import type { DeliveryEvents } from '../callbacks/delivery-events.ts'
import type { ClaimedDelivery, DeliveryAttempt } from '../callbacks/delivery.ts'
import type { ExecutionEvents } from '../executions/execution-events.ts'
import type { ClaimedExecution } from '../executions/execution.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Happening } from './happening.ts'
import type { Happenings } from './happenings.ts'

type Events = ExecutionEvents & DeliveryEvents

/** Passes events on, and tells `happenings` of those that matter to who moves a test clock. */
export function tellHappenings(events: Events, happenings: Happenings, clock: Clock): Events {
  const ofRun = (kind: Happening['kind'], { id, reportId, scheduledAt }: ClaimedExecution, detail: string): void =>
    happenings.add({ at: clock.now(), kind, reportId, executionId: id, scheduledAt, detail })
  const ofCallback = (
    kind: Happening['kind'],
    { reportId, executionId }: ClaimedDelivery,
    { responseStatus, error }: DeliveryAttempt,
  ): void => {
    const detail = responseStatus === null ? (error ?? 'no answer') : `HTTP ${responseStatus}`
    happenings.add({ at: clock.now(), kind, reportId, executionId, scheduledAt: null, detail })
  }
  return {
    ...events,
    executionCompleted(execution, artifact) {
      ofRun('execution_completed', execution, `${artifact.manifest.rows} rows`)
      events.executionCompleted(execution, artifact)
    },
    executionRetried(execution, failure, retryAt, cause) {
      ofRun('execution_retried', execution, failure.message)
      events.executionRetried(execution, failure, retryAt, cause)
    },
    executionFailed(execution, failure, cause) {
      ofRun('execution_failed', execution, failure.message)
      events.executionFailed(execution, failure, cause)
    },
    callbackDelivered(delivery, attempt) {
      ofCallback('callback_delivered', delivery, attempt)
      events.callbackDelivered(delivery, attempt)
    },
    callbackRetried(delivery, attempt, retryAt) {
      ofCallback('callback_retried', delivery, attempt)
      events.callbackRetried(delivery, attempt, retryAt)
    },
    callbackFailed(delivery, attempt) {
      ofCallback('callback_failed', delivery, attempt)
      events.callbackFailed(delivery, attempt)
    },
  }
}
