import { startDueLoop } from '../kernel/due-loop.ts'
import type { DueLoop } from '../kernel/due-loop.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import type { ClaimDeps } from './claim.ts'
import { runExecution } from './run-execution.ts'
import type { RunExecutionDeps } from './run-execution.ts'

export interface WorkerDeps extends ClaimDeps, RunExecutionDeps {
  /** Executions at once: as many as the engine has processes for exports. */
  readonly slots: number
  /** The longest time until an execution that another process made is seen, and a dead worker's is taken over. */
  readonly lookEverySeconds: number
}

export interface Worker extends DueLoop {
  /** Stops the run of a report that has been deleted, if this worker has it in hand; others find out by their lease. */
  cancel(reportId: string): void
}

/**
 * Runs executions as they fall due, until `signal` aborts; what runs then is handed back. `wake()` when this process
 * has stored a report. Close the engine only after `stopped`.
 */
export function startWorker(deps: WorkerDeps, signal: AbortSignal): Worker {
  const swept = sweepStaging(deps)
  // A report runs one execution at a time.
  const running = new Map<string, AbortController>()
  const loop = startDueLoop(
    {
      clock: deps.clock,
      random: deps.random,
      slots: deps.slots,
      lookEveryMs: deps.lookEverySeconds * secondMs,
      claim: () => claimExecution(deps),
      handle: async (execution, shutdown) => {
        const cancelled = new AbortController()
        running.set(execution.reportId, cancelled)
        try {
          await runExecution(deps, execution, AbortSignal.any([shutdown, cancelled.signal]))
        } finally {
          if (running.get(execution.reportId) === cancelled) running.delete(execution.reportId)
        }
      },
      nextDueAt: () => deps.executions.nextDueAt(),
      onError: (error) => deps.events.workerError(error),
    },
    signal,
  )
  return {
    ...loop,
    stopped: Promise.all([loop.stopped, swept]).then(() => undefined),
    cancel: (reportId) => running.get(reportId)?.abort(),
  }
}

/**
 * Removes what workers left that were killed. Another worker may be writing beside us: a file of its run is at most as
 * old as a run may last, and an hour more is for clocks that differ.
 */
async function sweepStaging({ blobs, clock, events, exportTimeoutSeconds }: WorkerDeps): Promise<void> {
  try {
    await blobs.sweepStaging(clock.now() - exportTimeoutSeconds * secondMs - hourMs)
  } catch (error) {
    events.workerError(error)
  }
}
