import { startDueLoop } from '../kernel/due-loop.ts'
import type { DueLoop } from '../kernel/due-loop.ts'
import { secondMs } from '../kernel/hours.ts'
import { claimExecution } from './claim.ts'
import type { ClaimDeps } from './claim.ts'
import type { ClaimedExecution } from './execution.ts'
import { gatherCompanions } from './gather-companions.ts'
import { runExecution } from './run-execution.ts'
import { runTogether } from './run-together.ts'
import type { RunTogetherDeps } from './run-together.ts'

export interface WorkerDeps extends ClaimDeps, RunTogetherDeps {
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
        const signalOf = ({ reportId }: ClaimedExecution): AbortSignal => {
          const cancelled = running.get(reportId) ?? new AbortController()
          running.set(reportId, cancelled)
          return AbortSignal.any([shutdown, cancelled.signal])
        }
        const signal = signalOf(execution)
        const companions = await gather(deps, execution)
        try {
          if (companions.length === 0) await runExecution(deps, execution, signal)
          else await runTogether(deps, [execution, ...companions], signalOf)
        } finally {
          for (const { reportId } of [execution, ...companions]) running.delete(reportId)
        }
      },
      nextDueAt: () => deps.executions.nextDueAt(),
      onError: (error) => deps.events.workerError(error),
    },
    signal,
  )
  return {
    ...loop,
    cancel: (reportId) => running.get(reportId)?.abort(),
  }
}

/** With none when they can't be had: then the run is made alone. */
async function gather(deps: WorkerDeps, execution: ClaimedExecution): Promise<readonly ClaimedExecution[]> {
  try {
    const companions = await gatherCompanions(deps, execution)
    for (const { accountId } of companions) deps.turns.took(accountId)
    return companions
  } catch (error) {
    deps.events.workerError(error)
    return []
  }
}
