import type { StateTable } from '../kernel/state-table.ts'
import type { ReportStatus } from './report.ts'

/**
 * - `runEnds`: an execution completed or failed, and another one waits
 * - `lastRunEnds`: an execution completed or failed, and none waits
 * - `runOut`: resumed after its schedule had ended, with none running
 * - `reschedule`: an update gave it occurrences to come
 */
export type ReportEvent = 'runEnds' | 'lastRunEnds' | 'pause' | 'resume' | 'runOut' | 'reschedule'

/**
 *            pause
 *   Active ────────→ Paused
 *    │  ▲ ←──────── resume │
 *    │  └─ reschedule ─┐   │ lastRunEnds, runOut
 *    └─ lastRunEnds ──→ Inactive
 *
 * A run that fails ends like one that completes: it never stops the ones that follow.
 */
export const reportStates: StateTable<ReportStatus, ReportEvent> = {
  Active: {
    runEnds: 'Active',
    lastRunEnds: 'Inactive',
    pause: 'Paused',
    resume: 'Active',
    runOut: 'refused',
    reschedule: 'Active',
  },
  Paused: {
    runEnds: 'Paused',
    lastRunEnds: 'Inactive',
    pause: 'Paused',
    resume: 'Active',
    runOut: 'Inactive',
    reschedule: 'Paused',
  },
  Inactive: {
    runEnds: 'refused',
    lastRunEnds: 'refused',
    pause: 'refused',
    resume: 'refused',
    runOut: 'refused',
    reschedule: 'Active',
  },
}
