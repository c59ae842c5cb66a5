import type { Catalog } from '../catalog.ts'
import type { DatasetVersion } from './dataset-version.ts'
import { requireDataset } from './require-dataset.ts'
import { versionFolder } from './version-folder.ts'

export interface ListVersionsDeps {
  readonly catalog: Catalog
  readonly loadedFolder: string
}

export interface ListedVersion {
  readonly version: DatasetVersion
  readonly inForce: boolean
}

/** The versions of a dataset that are kept, newest first. Raises `unknown_program`, `not_found`. */
export async function listVersions(
  { catalog, loadedFolder }: ListVersionsDeps,
  input: { readonly program: string; readonly dataset: string },
): Promise<readonly ListedVersion[]> {
  const folder = versionFolder(loadedFolder, requireDataset(catalog, input.program, input.dataset))
  const contents = await folder.contents()
  const newestFirst = (contents?.kept ?? []).toReversed()
  return Promise.all(
    newestFirst.map(async ({ number }) => ({
      version: await folder.version(number),
      inForce: number === contents?.current,
    })),
  )
}
