import type { ClaimedDelivery, DeliveryAttempt } from './delivery.ts'

/** What happens to callbacks, told to whoever keeps logs and metrics. Each returns at once and never throws. */
export interface DeliveryEvents {
  callbackDelivered(delivery: ClaimedDelivery, attempt: DeliveryAttempt): void
  /** Will be tried again at `retryAt`. */
  callbackRetried(delivery: ClaimedDelivery, attempt: DeliveryAttempt, retryAt: number): void
  /** Given up: the last attempt failed, or the receiver answered 410. */
  callbackFailed(delivery: ClaimedDelivery, attempt: DeliveryAttempt): void
  /** The attempt took longer than its lease; another courier has the delivery, and the partner may get it twice. */
  callbackLeaseLost(delivery: ClaimedDelivery): void
  /** The courier itself is in trouble (the store, mostly). It goes on by itself. */
  courierError(error: unknown): void
}
