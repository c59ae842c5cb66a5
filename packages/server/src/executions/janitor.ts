import { hourMs } from '../kernel/hours.ts'
import { retain } from './retain.ts'
import type { Removed, RetainDeps } from './retain.ts'

export interface JanitorDeps extends RetainDeps {
  readonly onRound: (removed: Removed) => void
  readonly onError: (error: unknown) => void
}

/** Runs a round of retention at once and every hour, until `signal` aborts. Never rejects. */
export async function startJanitor(deps: JanitorDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const removed = await retain(deps, signal)
      if (Object.values(removed).some((count) => count > 0)) deps.onRound(removed)
    } catch (error) {
      deps.onError(error)
    }
    await deps.clock.waitUntil(deps.clock.now() + hourMs, signal)
  }
}
