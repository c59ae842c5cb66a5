import type { Catalog } from '../catalog.ts'
import type { KeptVersion, LoadRequestMark } from './contents.ts'
import type { DatasetVersion } from './dataset-version.ts'
import { requireDataset } from './require-dataset.ts'
import { versionFolder } from './version-folder.ts'

export interface FindRequestDeps {
  readonly catalog: Catalog
  readonly loadedFolder: string
}

export interface RequestedOfDataset {
  readonly program: string
  readonly dataset: string
  readonly requestId: string
}

/**
 * What an earlier try of a request has loaded; undefined when it came to nothing. What it notes stands in the same small
 * file as the switch, so there is never one without the other. Raises `unknown_program`, `not_found`.
 */
export async function findLoaded(
  deps: FindRequestDeps,
  input: RequestedOfDataset,
): Promise<
  { readonly version: DatasetVersion; readonly inForce: boolean; readonly mark: LoadRequestMark } | undefined
> {
  const found = await find(deps, input, ({ loadedFor }) => loadedFor?.requestId === input.requestId)
  const mark = found?.kept.loadedFor
  return found === undefined || mark === undefined ? undefined : { ...found, mark }
}

/** The version that an earlier try of a request has put in force again; undefined when it came to nothing. Raises alike. */
export async function findActivated(
  deps: FindRequestDeps,
  input: RequestedOfDataset,
): Promise<{ readonly version: DatasetVersion; readonly inForce: boolean } | undefined> {
  return find(deps, input, ({ activatedFor }) => activatedFor === input.requestId)
}

async function find(
  { catalog, loadedFolder }: FindRequestDeps,
  { program, dataset }: RequestedOfDataset,
  isIt: (kept: KeptVersion) => boolean,
) {
  const folder = versionFolder(loadedFolder, requireDataset(catalog, program, dataset))
  const contents = await folder.contents()
  const kept = contents?.kept.find(isIt)
  if (kept === undefined) return undefined
  return { kept, version: await folder.version(kept.number), inForce: kept.number === contents?.current }
}
