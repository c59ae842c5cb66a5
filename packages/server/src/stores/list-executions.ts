import { evenLength } from './even-length.ts'
import type { Kysely } from 'kysely'
import type { Artifact } from '../artifacts/artifact.ts'
import type { ExecutionFilter } from '../executions/execution-store.ts'
import type { ExecutionView } from '../executions/execution.ts'
import { artifactFrom } from './artifact-row.ts'
import type { ArtifactTable, Database, ExecutionTable } from './database.ts'
import { executionFrom } from './execution-row.ts'
import { reportViewFrom } from './report-row.ts'
import { reportViews } from './report-views.ts'
import { inSnapshot } from './transactions.ts'

/**
 * The executions that pass the filter with their reports and artifacts, newest first. Reports are read once, not with
 * each of their executions: a report's query may be 16 KiB, and an hourly one has thousands of executions.
 */
export function listExecutions(
  db: Kysely<Database>,
  accountId: string,
  program: string,
  filter: ExecutionFilter,
): Promise<readonly ExecutionView[]> {
  return inSnapshot(db, async (tx) => {
    if (filter.reportIds.length === 0) return []
    const reportRows = await reportViews(tx)
      .where('id', 'in', evenLength(filter.reportIds))
      .where('account_id', '=', accountId)
      .where('program', '=', program)
      .execute()
    const reports = new Map(reportRows.map((row) => [row.id, reportViewFrom(row)]))
    const rows = await passing(tx, accountId, { ...filter, reportIds: [...reports.keys()] })
    return rows.flatMap((row) => {
      const report = reports.get(row.report_id)
      if (report === undefined) return []
      const { startedCount, nextExecutionAt, ...rest } = report
      return [{ ...executionFrom(row), report: rest, startedCount, nextExecutionAt, artifact: artifactOf(row) }]
    })
  })
}

/** The artifact's columns beside an execution's, null where it has none. */
interface BesideArtifact {
  readonly artifact_id: string | null
  readonly blob_key: string | null
  readonly file_name: string | null
  readonly manifest: string | null
  readonly artifact_created_at: number | null
}

async function passing(
  db: Kysely<Database>,
  accountId: string,
  filter: ExecutionFilter,
): Promise<readonly (ExecutionTable & BesideArtifact)[]> {
  const { reportIds, executionIds, statuses, sinceAt, latestOnly } = filter
  if ([reportIds, executionIds, statuses].some((list) => list?.length === 0)) return []

  let found = db
    .selectFrom('executions')
    .selectAll()
    .select((eb) =>
      eb.fn
        .agg<number>('row_number')
        .over((over) =>
          over.partitionBy('report_id').orderBy('scheduled_at', 'desc').orderBy('grid', 'desc').orderBy('id', 'desc'),
        )
        .as('recency'),
    )
    .where('account_id', '=', accountId)
    .where('report_id', 'in', evenLength(reportIds))
  if (executionIds !== undefined) found = found.where('id', 'in', evenLength(executionIds))
  if (statuses !== undefined) found = found.where('status', 'in', statuses)
  if (sinceAt !== undefined) found = found.where('scheduled_at', '>=', sinceAt)

  let rows = db
    .selectFrom(found.as('found'))
    .leftJoin('artifacts as a', 'a.execution_id', 'found.id')
    .selectAll('found')
    .select(['a.id as artifact_id', 'a.blob_key', 'a.file_name', 'a.manifest', 'a.created_at as artifact_created_at'])
    .orderBy('found.scheduled_at', 'desc')
    .orderBy('found.grid', 'desc')
    .orderBy('found.id', 'desc')
  if (latestOnly) rows = rows.where('found.recency', '=', 1)
  return rows.execute()
}

function artifactOf(row: ExecutionTable & BesideArtifact): Artifact | null {
  const { artifact_id: id, blob_key, file_name, manifest, artifact_created_at: created_at } = row
  if (id === null || blob_key === null || file_name === null || manifest === null || created_at === null) return null
  const artifact: ArtifactTable = {
    id,
    execution_id: row.id,
    report_id: row.report_id,
    account_id: row.account_id,
    blob_key,
    file_name,
    manifest,
    created_at,
  }
  return artifactFrom(artifact)
}
