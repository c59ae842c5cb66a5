import type { FilesUnderWay } from '../artifacts/blob-store.ts'
import type { ExecutionStore } from './execution-store.ts'
import type { ClaimedExecution } from './execution.ts'

/**
 * The key of the file that a claimed execution makes. New for each claim: a worker that lost its lease and doesn't know
 * it yet writes beside its successor, not over it.
 */
export function runFileKey({ id, lease, report }: Pick<ClaimedExecution, 'id' | 'lease' | 'report'>): string {
  return `${id}.${lease.token}.${report.format}`
}

// What an engine writes beside a file has another beginning (`tmp_`) or another end (`.parts`).
const form = /^(?:tmp_)?(?<executionId>.+)\.(?<leaseToken>[^.]+)\.(?:csv|tsv)(?:\.[^.]+)?$/

/**
 * Tells which files are those of runs that hold their lease. A dead worker's run is among them until another has claimed
 * its execution: its file then has another name, and what was left is nobody's.
 */
export function filesOfRuns(executions: Pick<ExecutionStore, 'heldLeases'>): FilesUnderWay {
  return async (names) => {
    const runs = names.flatMap((name) => {
      const { executionId, leaseToken } = form.exec(name)?.groups ?? {}
      return executionId === undefined || leaseToken === undefined ? [] : [{ name, executionId, leaseToken }]
    })
    const held = await executions.heldLeases([...new Set(runs.map(({ executionId }) => executionId))])
    return new Set(
      runs.filter(({ executionId, leaseToken }) => held.get(executionId) === leaseToken).map(({ name }) => name),
    )
  }
}
