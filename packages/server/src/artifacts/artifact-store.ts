import type { Artifact } from './artifact.ts'

/** Port: finds published files. (They are written by the execution store, in the completing transaction.) */
export interface ArtifactStore {
  findByExecution(accountId: string, executionId: string): Promise<Artifact | undefined>
  /** For a signed link, which names the account itself. Undefined when the report and its files were deleted. */
  findForLink(accountId: string, artifactId: string): Promise<Artifact | undefined>
  /** Those of some blobs' keys that no artifact names. */
  withoutArtifact(blobKeys: readonly string[]): Promise<readonly string[]>
}
