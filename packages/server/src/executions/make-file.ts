import { relationRead } from '@almanac/query'
import type { Manifest } from '../artifacts/artifact.ts'
import { makeManifest } from '../artifacts/make-manifest.ts'
import type { ExportedFile, ExportOptions, ExportTarget, QueryEngine } from '../datasets/query-engine.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { ClaimedExecution } from './execution.ts'
import { prepareRun } from './prepare-run.ts'
import type { PreparedRun, PrepareRunDeps } from './prepare-run.ts'
import { requireRoom } from './require-room.ts'
import type { Room } from './require-room.ts'
import { datasetChanged } from './run-failure.ts'

/** Writes the file of a run that is prepared: alone, or together with others that read the same rows. */
export type ExportRun = (run: PreparedRun, target: ExportTarget, options: ExportOptions) => Promise<ExportedFile>

export interface MakeFileDeps extends PrepareRunDeps {
  readonly engine: Pick<QueryEngine, 'export'>
  /** How the file is written; by the engine alone unless others read the same rows. */
  readonly exportRun?: ExportRun
  readonly clock: Clock
  readonly exportTimeoutSeconds: number
  readonly room: Room
}

/**
 * Writes the result of an execution to `path`: prepare → export → same data still? Rows are those of the report's account,
 * windows are computed from the scheduled time, also on a late run. Returns the manifest of the file, which is whole and
 * synced then; when it fails there is none. Throws `RunFailure`, `EngineError`, or a bug.
 */
export async function makeFile(
  deps: MakeFileDeps,
  execution: ClaimedExecution,
  path: string,
  signal: AbortSignal,
): Promise<Manifest> {
  const { report } = execution
  const prepared = await prepareRun(deps, execution)
  const { query, run, compiled, dataVersion } = prepared
  await requireRoom(deps.room)
  const exportRun = deps.exportRun ?? alone(deps.engine)
  const file = await exportRun(
    prepared,
    { path, format: report.format },
    {
      timeLimitMs: deps.exportTimeoutSeconds * secondMs,
      signal,
      errand: { accountId: execution.accountId, executionId: execution.id },
    },
  )
  const isUnchanged = await dataVersion.isUnchanged?.(relationRead(query, run))
  // Not published: a file has the rows of one data version, the one that its manifest names.
  if (isUnchanged === false) throw datasetChanged(query.datasetName)
  return makeManifest({ execution, report, compiled, dataVersion, file, generatedAt: deps.clock.now() })
}

function alone(engine: MakeFileDeps['engine']): ExportRun {
  return ({ compiled }, target, options) => engine.export(compiled, target, options)
}
