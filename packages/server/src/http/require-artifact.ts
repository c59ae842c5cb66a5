import type { Artifact } from '../artifacts/artifact.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Owner } from '../kernel/owner.ts'

export interface RequireArtifactDeps {
  readonly catalog: Catalog
  readonly artifacts: ArtifactStore
}

/** The file of one of the account's executions. Raises `unknown_program`; `not_found` where there is none (yet). */
export async function requireArtifact(
  { catalog, artifacts }: RequireArtifactDeps,
  owner: Owner,
  asked: { readonly program: string; readonly executionId: string },
): Promise<Artifact> {
  requireProgram(catalog, asked.program)
  const artifact = await artifacts.findByExecution(owner.accountId, asked.executionId)
  if (artifact === undefined)
    throw new AppError('not_found', {
      sentence: 'No item found with given filters. There is no file of this execution.',
    })
  return artifact
}
