import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { ExecutionEvents } from './execution-events.ts'
import type { ExecutionStore } from './execution-store.ts'
import type { ClaimedExecution } from './execution.ts'

export interface HoldLeaseDeps {
  readonly executions: ExecutionStore
  readonly clock: Clock
  readonly leaseSeconds: number
  readonly events: ExecutionEvents
}

/** The lease of a run, renewed until it is released. */
export interface HeldLease {
  /** Aborts when the lease is no longer ours: stop, and publish nothing. */
  readonly lost: AbortSignal
  /** Asks the store, now, whether the lease is ours, and renews it. */
  confirm(): Promise<boolean>
  /** Ends the renewing. The lease itself is ended by what the run records. */
  release(): void
}

/**
 * Renews the lease of an execution at a third of its length, so that two renewals may fail before it ends. When the
 * store can't be asked until the lease has ended, it counts as lost: another worker may hold it by then.
 */
export function holdLease(deps: HoldLeaseDeps, execution: ClaimedExecution): HeldLease {
  const { clock, executions } = deps
  const leaseMs = deps.leaseSeconds * secondMs
  const lost = new AbortController()
  const released = new AbortController()
  let endsAt = execution.lease.expiresAt

  async function confirm(): Promise<boolean> {
    const expiresAt = clock.now() + leaseMs
    const ours = await executions.renewLease(execution.id, execution.lease.token, expiresAt)
    if (ours) endsAt = expiresAt
    else lost.abort()
    return ours
  }

  async function beat(): Promise<void> {
    for (;;) {
      await clock.waitUntil(clock.now() + leaseMs / 3, released.signal)
      if (released.signal.aborted || lost.signal.aborted) return
      try {
        await confirm()
      } catch (error) {
        deps.events.workerError(error)
        if (clock.now() >= endsAt) lost.abort()
      }
    }
  }

  void beat()
  return { lost: lost.signal, confirm, release: () => released.abort() }
}
