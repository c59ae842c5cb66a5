import type { DataSource, DataVersion } from '../datasets/data-version.ts'
import type { ClaimedExecution } from './execution.ts'
import { runExecution } from './run-execution.ts'
import type { RunExecutionDeps } from './run-execution.ts'
import { createSharedScan } from './shared-scan.ts'
import type { SharedScanDeps } from './shared-scan.ts'

export interface RunTogetherDeps extends Omit<RunExecutionDeps, 'engine'>, Pick<SharedScanDeps, 'engine'> {}

/**
 * Runs executions of one query that were due at one instant, with one scan. Each is a run of its own for all else: its
 * lease, its file, its end. Never rejects for one of them; the log hears of it.
 */
export async function runTogether(
  deps: RunTogetherDeps,
  executions: readonly ClaimedExecution[],
  signalOf: (execution: ClaimedExecution) => AbortSignal,
): Promise<void> {
  const onFailure = (error: unknown): void => deps.events.workerError(error)
  const scan = createSharedScan({ engine: deps.engine, onFailure }, executions.length)
  const data = resolvedOnce(deps.data)
  await Promise.all(
    executions.map(async (execution) => {
      const { exportRun, leave } = scan.seat()
      await runExecution({ ...deps, data, exportRun }, execution, signalOf(execution))
        .catch(onFailure)
        .finally(leave)
    }),
  )
}

/** Looks at each dataset once: a hundred runs need not stat the same thousand files. */
function resolvedOnce(data: DataSource): DataSource {
  const versions = new Map<string, Promise<DataVersion>>()
  return {
    versionOf(dataset) {
      const version = versions.get(dataset.name) ?? data.versionOf(dataset)
      versions.set(dataset.name, version)
      return version
    },
  }
}
