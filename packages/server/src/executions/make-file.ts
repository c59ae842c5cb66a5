import { checkQuery, compileQuery, relationRead } from '@almanac/query'
import type { CheckedQuery, QueryRun } from '@almanac/query'
import type { Manifest } from '../artifacts/artifact.ts'
import { makeManifest } from '../artifacts/make-manifest.ts'
import type { Catalog } from '../datasets/catalog.ts'
import type { DataSource, DataVersion } from '../datasets/data-version.ts'
import type { QueryEngine } from '../datasets/query-engine.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import { invariant } from '../kernel/invariant.ts'
import type { ClaimedExecution } from './execution.ts'
import { requireRoom } from './require-room.ts'
import type { Room } from './require-room.ts'
import { datasetChanged, datasetUnavailable, invalidQuery } from './run-failure.ts'

export interface MakeFileDeps {
  readonly catalog: Catalog
  readonly data: DataSource
  readonly engine: QueryEngine
  readonly clock: Clock
  readonly exportTimeoutSeconds: number
  readonly room: Room
}

/**
 * Writes the result of an execution to `path`: check → data version → compile → export → same data still? Rows are those
 * of the report's account, windows are computed from the scheduled time, also on a late run. Returns the manifest of the file, which is
 * whole and synced then; when it fails there is none. Throws `RunFailure`, `EngineError`, or a bug.
 */
export async function makeFile(
  deps: MakeFileDeps,
  execution: ClaimedExecution,
  path: string,
  signal: AbortSignal,
): Promise<Manifest> {
  const { report } = execution
  const query = checkedQuery(deps.catalog, execution)
  const dataVersion = await dataVersionFor(deps, execution, query)
  const run = runOf(execution, dataVersion)
  const compiled = compileQuery(query, run)
  await requireRoom(deps.room)
  const file = await deps.engine.export(
    compiled,
    { path, format: report.format },
    { timeLimitMs: deps.exportTimeoutSeconds * secondMs, signal },
  )
  const isUnchanged = await dataVersion.isUnchanged?.(relationRead(query, run))
  // Not published: a file has the rows of one data version, the one that its manifest names.
  if (isUnchanged === false) throw datasetChanged(query.datasetName)
  return makeManifest({ execution, report, compiled, dataVersion, file, generatedAt: deps.clock.now() })
}

function checkedQuery(catalog: Catalog, { report }: ClaimedExecution): CheckedQuery {
  // The text was accepted under the profile of its day. A server that has been told to be stricter since refuses new
  // queries, not the reports that it has promised to run.
  const checked = checkQuery(report.queryText, { datasets: catalog.datasetsOf(report.program), profile: 'open' })
  if (!checked.ok) throw invalidQuery(checked.diagnostics)
  return checked.query
}

async function dataVersionFor(
  { catalog, data }: MakeFileDeps,
  { report }: ClaimedExecution,
  query: CheckedQuery,
): Promise<DataVersion> {
  const dataset = catalog.findDataset(report.program, query.datasetName)
  invariant(dataset !== undefined, 'a checked query names a dataset of the catalog')
  try {
    return await data.versionOf(dataset)
  } catch (error) {
    throw datasetUnavailable(error)
  }
}

function runOf({ accountId, report, scheduledAt }: ClaimedExecution, { relation }: DataVersion): QueryRun {
  const { schedule } = report
  return {
    relation,
    accountId,
    referenceAt: scheduledAt,
    ...(schedule.kind === 'once' && { window: { startAt: schedule.queryStartAt, endAt: schedule.queryEndAt } }),
  }
}
