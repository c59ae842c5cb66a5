import { startDueLoop } from '../kernel/due-loop.ts'
import type { DueLoop } from '../kernel/due-loop.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { deliver } from './deliver.ts'
import type { DeliverDeps } from './deliver.ts'

export interface CourierDeps extends DeliverDeps {
  readonly newId: NewId
  /** Names this process in leases. */
  readonly courierId: string
  /** Deliveries under way at once: one slow receiver must not hold up the others. */
  readonly slots: number
  /** Longer than a request may take, so that no two couriers send the same delivery at once. */
  readonly leaseSeconds: number
  readonly lookEverySeconds: number
}

/**
 * Delivers callbacks until `signal` aborts. What is under way then still ends: its request is out already, and a
 * receiver would get it twice for nothing. `wake()` when an execution of this process has completed.
 */
export function startCourier(deps: CourierDeps, signal: AbortSignal): DueLoop {
  return startDueLoop(
    {
      clock: deps.clock,
      random: deps.random,
      slots: deps.slots,
      lookEveryMs: deps.lookEverySeconds * secondMs,
      claim() {
        const now = deps.clock.now()
        return deps.deliveries.claimDue({
          token: deps.newId(),
          owner: deps.courierId,
          now,
          expiresAt: now + deps.leaseSeconds * secondMs,
        })
      },
      handle: (delivery) => deliver(deps, delivery),
      nextDueAt: () => deps.deliveries.nextDueAt(),
      onError: (error) => deps.events.courierError(error),
    },
    signal,
  )
}
