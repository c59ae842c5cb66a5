import { hourMs, minuteMs } from '../kernel/hours.ts'
import { retain } from './retain.ts'
import type { Removed, RetainDeps } from './retain.ts'
import { filesOfRuns } from './run-file.ts'
import type { StrayLeases } from './stray-leases.ts'

export interface JanitorDeps extends RetainDeps {
  readonly strayLeases: StrayLeases
  readonly onRound: (removed: Removed) => void
  readonly onError: (error: unknown) => void
}

/** Longer than any lease, and any pause before another try of an execution: a callback's lease may last 165 seconds. */
const longestLeaseMs = 5 * minuteMs

/** Ends stray leases, runs a round of retention and sweeps what dead workers left half done, at once and every hour, until `signal` aborts. Never rejects. */
export async function startJanitor(deps: JanitorDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const now = deps.clock.now()
      await deps.strayLeases.end(now, now + longestLeaseMs)
      const removed = await retain(deps, signal)
      await deps.blobs.sweepStaging(deps.machineClock.now() - deps.orphanAgeMs, filesOfRuns(deps.executions))
      if (Object.values(removed).some((count) => count > 0)) deps.onRound(removed)
    } catch (error) {
      deps.onError(error)
    }
    await deps.clock.waitUntil(deps.clock.now() + hourMs, signal)
  }
}
