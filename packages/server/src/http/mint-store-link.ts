import { linkEndsAt } from '../artifacts/mint-link.ts'
import type { Artifact } from '../artifacts/artifact.ts'
import { BlobStoreUnavailable } from '../artifacts/blob-store-unavailable.ts'
import type { StoreLink, StoreLinks } from '../artifacts/store-links.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { attachment } from './wire/content-disposition.ts'
import { fileTypes } from './wire/file-types.ts'

export interface MintStoreLinkDeps {
  readonly storeLinks: StoreLinks
  readonly clock: Clock
  readonly lifetimeHours: number
}

/**
 * Makes a link to a file that the store of files answers itself: under the name and as the type that this server would
 * send it, for as long as one of its own links. Raises `files_unavailable`.
 */
export async function mintStoreLink(
  { storeLinks, clock, lifetimeHours }: MintStoreLinkDeps,
  { blobKey, fileName, manifest }: Pick<Artifact, 'blobKey' | 'fileName' | 'manifest'>,
): Promise<StoreLink> {
  const shown = { contentType: fileTypes[manifest.format], contentDisposition: attachment(fileName) }
  try {
    return await storeLinks.linkTo(blobKey, shown, linkEndsAt(clock.now(), lifetimeHours))
  } catch (error) {
    if (!(error instanceof BlobStoreUnavailable)) throw error
    throw new AppError('files_unavailable', { fileName }, { cause: error })
  }
}
