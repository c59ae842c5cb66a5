import type { Artifact, Manifest } from '../artifacts/artifact.ts'
import type { ArtifactTable } from './database.ts'

/** The row of an artifact. */
export function artifactRow(artifact: Artifact): ArtifactTable {
  return {
    id: artifact.id,
    execution_id: artifact.executionId,
    report_id: artifact.reportId,
    account_id: artifact.accountId,
    blob_key: artifact.blobKey,
    file_name: artifact.fileName,
    manifest: JSON.stringify(artifact.manifest),
    created_at: artifact.createdAt,
  }
}

/** The artifact in a row. */
export function artifactFrom(row: ArtifactTable): Artifact {
  return {
    id: row.id,
    executionId: row.execution_id,
    reportId: row.report_id,
    accountId: row.account_id,
    blobKey: row.blob_key,
    fileName: row.file_name,
    manifest: JSON.parse(row.manifest) as Manifest,
    createdAt: row.created_at,
  }
}
