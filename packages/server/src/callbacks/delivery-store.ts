import type { Backlog } from '../kernel/backlog.ts'
import type { LeaseRequest } from '../kernel/lease.ts'
import type {
  AttemptedDelivery,
  CallbackDelivery,
  ClaimedDelivery,
  DeliveryAttempt,
  DeliveryVerdict,
} from './delivery.ts'

/** Port: the deliveries that are owed. (New ones are written by the execution store, in the completing transaction.) */
export interface DeliveryStore {
  /** Claims the delivery that has been due longest, if any: waiting, due, and under no living lease. One statement. */
  claimDue(request: LeaseRequest): Promise<ClaimedDelivery | undefined>
  /** Records an attempt and what follows, if the lease is still ours. False: it isn't, nothing was recorded. */
  recordAttempt(
    deliveryId: string,
    leaseToken: string,
    attempt: DeliveryAttempt,
    verdict: DeliveryVerdict,
  ): Promise<boolean>
  /** When the next delivery falls due or a lease on one ends; undefined when none waits. */
  nextDueAt(): Promise<number | undefined>
  /** What stands in the queue at `now`: due and not taken, and in somebody's hands. */
  backlog(now: number): Promise<Backlog>
  find(accountId: string, executionId: string): Promise<readonly CallbackDelivery[]>
  /** Those of a report (of one execution, if one is named), newest first, with their attempts. */
  list(
    accountId: string,
    filter: { readonly reportId: string; readonly executionId: string | null },
    limit: number,
  ): Promise<readonly AttemptedDelivery[]>
  /** Undefined when there is none of the account. */
  findOne(accountId: string, deliveryId: string): Promise<CallbackDelivery | undefined>
  /**
   * Makes a delivery due at `now`, however it had ended, and notes for its report which request asked for it. One that is
   * being sent is left to its courier.
   */
  sendAgain(
    accountId: string,
    deliveryId: string,
    request: { readonly id: string; readonly now: number },
  ): Promise<void>
  /** Whether that request has made the delivery due. */
  wasSentAgain(accountId: string, deliveryId: string, requestId: string): Promise<boolean>
  /** The recorded attempts of a delivery, oldest first. */
  listAttempts(accountId: string, deliveryId: string): Promise<readonly DeliveryAttempt[]>
}
