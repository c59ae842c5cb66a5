import type { Logger } from 'pino'
import type { DeliveryEvents } from '../callbacks/delivery-events.ts'
import type { CallbackDelivery, DeliveryAttempt } from '../callbacks/delivery.ts'
import type { ExecutionEvents } from '../executions/execution-events.ts'
import type { ClaimedExecution } from '../executions/execution.ts'
import { toWireTime } from '../kernel/hours.ts'

/** Puts what happens to executions and callbacks into the log: one function per event of the business. */
export function createEvents(log: Logger): ExecutionEvents & DeliveryEvents {
  return {
    executionStarted: (execution) => log.info(about(execution), 'execution started'),
    executionCompleted: (execution, { manifest }) =>
      log.info({ ...about(execution), rows: manifest.rows, sizeBytes: manifest.sizeBytes }, 'execution completed'),
    executionRetried: (execution, failure, retryAt, cause) =>
      log.warn({ ...about(execution), failure, retryAt: toWireTime(retryAt), err: cause }, 'execution will be retried'),
    executionFailed: (execution, failure, cause) =>
      log.error({ ...about(execution), failure, err: cause }, 'execution failed'),
    executionHandedBack: (execution) => log.info(about(execution), 'execution handed back'),
    executionLeaseLost: (execution) => log.warn(about(execution), 'lease of an execution lost; nothing was published'),
    retained: (removed) => log.info(removed, 'executions and files past their time removed'),
    workerError: (error) => log.error({ err: error }, 'worker in trouble; it goes on'),

    callbackDelivered: (delivery, attempt) => log.info(told(delivery, attempt), 'callback delivered'),
    callbackRetried: (delivery, attempt, retryAt) =>
      log.warn({ ...told(delivery, attempt), retryAt: toWireTime(retryAt) }, 'callback will be sent again'),
    callbackFailed: (delivery, attempt) => log.error(told(delivery, attempt), 'callback given up'),
    callbackLeaseLost: (delivery) => log.warn({ deliveryId: delivery.id }, 'lease of a callback lost'),
    courierError: (error) => log.error({ err: error }, 'courier in trouble; it goes on'),
  }
}

function about({ id, reportId, accountId, scheduledAt, attempts }: ClaimedExecution): object {
  return { executionId: id, reportId, accountId, scheduledAt: toWireTime(scheduledAt), attempts }
}

/** Never the URL: a partner may have put a key into it. */
function told({ id, executionId, reportId }: CallbackDelivery, attempt: DeliveryAttempt): object {
  const { responseStatus, error, durationMs } = attempt
  return { deliveryId: id, executionId, reportId, responseStatus, error, durationMs }
}
