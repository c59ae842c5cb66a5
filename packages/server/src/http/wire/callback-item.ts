import type { CallbackItem } from '@almanac/api'
import type { AttemptedDelivery, DeliveryStatus } from '../../callbacks/delivery.ts'
import { toWireTime } from '../../kernel/hours.ts'

const statusWords: Record<DeliveryStatus, CallbackItem['callbackStatus']> = {
  waiting: 'Waiting',
  delivered: 'Delivered',
  failed: 'Failed',
}

/** A callback as answers show it. */
export function callbackItem(delivery: AttemptedDelivery): CallbackItem {
  return {
    callbackId: delivery.id,
    reportId: delivery.reportId,
    executionId: delivery.executionId,
    callbackUrl: delivery.url,
    callbackMethod: delivery.method,
    callbackStatus: statusWords[delivery.status],
    createdTime: toWireTime(delivery.createdAt),
    nextAttemptTime: delivery.status === 'waiting' ? toWireTime(delivery.dueAt) : null,
    attempts: delivery.history.map(({ startedAt, durationMs, responseStatus, error }) => ({
      startedTime: toWireTime(startedAt),
      durationMs,
      responseStatus,
      error,
    })),
  }
}
