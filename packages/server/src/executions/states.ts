import type { StateTable } from '../kernel/state-table.ts'
import type { ExecutionStatus } from './execution.ts'

/**
 * - `claim`: a worker takes it: because it is due, its try is due again, or its last worker's lease has ended
 * - `complete`, `retry`, `handBack`, `fail`: by the worker that holds the lease
 * - `pause`, `resume`: of the report, as they touch this execution of it
 *
 * Deleting a report takes its executions away in any state; that is no state.
 */
export type ExecutionEvent = 'claim' | 'complete' | 'retry' | 'handBack' | 'fail' | 'pause' | 'resume'

/**
 *                          ┌──┐ claim (after its lease's end),
 *                          │  ▼ retry, handBack
 *   Pending ──── claim ──→ Running ──── complete ──→ Completed
 *    ▲   │                    │
 *  resume pause               └──────── fail ──────→ Failed
 *    │   ▼
 *   Paused
 *
 * A retry and a run that was handed back stay Running, under a lease that has an end and no owner. So a report runs
 * one execution at a time through all its tries, and there is one rule of claiming, not two.
 */
export const executionStates: StateTable<ExecutionStatus, ExecutionEvent> = {
  Pending: {
    claim: 'Running',
    complete: 'refused',
    retry: 'refused',
    handBack: 'refused',
    fail: 'refused',
    pause: 'Paused',
    resume: 'Pending',
  },
  Running: {
    claim: 'Running',
    complete: 'Completed',
    retry: 'Running',
    handBack: 'Running',
    fail: 'Failed',
    // A run that has begun ends, whatever becomes of its schedule.
    pause: 'Running',
    resume: 'Running',
  },
  Paused: {
    claim: 'refused',
    complete: 'refused',
    retry: 'refused',
    handBack: 'refused',
    fail: 'refused',
    pause: 'Paused',
    resume: 'Pending',
  },
  Completed: {
    claim: 'refused',
    complete: 'refused',
    retry: 'refused',
    handBack: 'refused',
    fail: 'refused',
    pause: 'refused',
    resume: 'refused',
  },
  Failed: {
    claim: 'refused',
    complete: 'refused',
    retry: 'refused',
    handBack: 'refused',
    fail: 'refused',
    pause: 'refused',
    resume: 'refused',
  },
}

/** The states that nothing leads out of. */
export function isFinished(status: ExecutionStatus): boolean {
  return Object.values(executionStates[status]).every((next) => next === 'refused')
}
