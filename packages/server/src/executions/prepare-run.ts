import { checkQuery, compileQuery } from '@almanac/query'
import type { CheckedQuery, CompiledQuery, QueryRun } from '@almanac/query'
import type { Catalog } from '../datasets/catalog.ts'
import type { DataSource, DataVersion } from '../datasets/data-version.ts'
import { invariant } from '../kernel/invariant.ts'
import type { ClaimedExecution } from './execution.ts'
import { datasetUnavailable, invalidQuery } from './run-failure.ts'

export interface PrepareRunDeps {
  readonly catalog: Catalog
  readonly data: DataSource
}

/** All that is known of a run before any row is read. */
export interface PreparedRun {
  readonly query: CheckedQuery
  readonly dataVersion: DataVersion
  readonly run: QueryRun
  readonly compiled: CompiledQuery
}

/** check → data version → compile. Throws `RunFailure`, or a bug. */
export async function prepareRun(deps: PrepareRunDeps, execution: ClaimedExecution): Promise<PreparedRun> {
  const query = checkedQuery(deps.catalog, execution)
  const dataVersion = await dataVersionFor(deps, execution, query)
  const run = runOf(execution, dataVersion)
  return { query, dataVersion, run, compiled: compileQuery(query, run) }
}

function checkedQuery(catalog: Catalog, { report }: ClaimedExecution): CheckedQuery {
  // The text was accepted under the profile of its day. A server that has been told to be stricter since refuses new
  // queries, not the reports that it has promised to run.
  const checked = checkQuery(report.queryText, { datasets: catalog.datasetsOf(report.program), profile: 'open' })
  if (!checked.ok) throw invalidQuery(checked.diagnostics)
  return checked.query
}

async function dataVersionFor(
  { catalog, data }: PrepareRunDeps,
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
    neutralizeFormulas: report.neutralizeFormulas,
    ...(schedule.kind === 'once' && { window: { startAt: schedule.queryStartAt, endAt: schedule.queryEndAt } }),
  }
}
