import { join } from 'node:path'
import type { BlobStore } from './artifacts/blob-store.ts'
import type { StoreLinks } from './artifacts/store-links.ts'
import { createDiskBlobStore } from './blobs/disk/create-disk-blob-store.ts'
import { createRemoteBlobStore } from './blobs/remote/create-remote-blob-store.ts'
import type { ObjectStore } from './blobs/remote/object-store.ts'
import { createStaging } from './blobs/staging/create-staging.ts'
import type { RemotePlace, Settings } from './config/settings.ts'

/** Where the files of executions are. */
export interface Blobs {
  readonly store: BlobStore
  /** Where an engine writes them. */
  readonly stagingFolder: string
  /** What makes links that lead to the store itself; null where links lead to this server. */
  readonly storeLinks: StoreLinks | null
  /** Asks a store that is elsewhere whether it is there; null for a disk. */
  readonly ask: (() => Promise<void>) | null
}

/**
 * Opens the store of files that the settings name. In a store that others may use too, the names of all objects begin
 * with the tenant's id, so that no retention finds another installation's files.
 */
export async function openBlobs({ artifacts, dataFolder }: Settings, tenantId: string): Promise<Blobs> {
  const folder = join(dataFolder, 'artifacts')
  if (artifacts.place.kind === 'disk') {
    const store = createDiskBlobStore(folder)
    return { store, stagingFolder: store.stagingFolder, storeLinks: null, ask: null }
  }
  const staging = createStaging(join(folder, 'staging'))
  const objects = await openObjects(artifacts.place)
  const store = createRemoteBlobStore({ objects, staging, prefix: `${artifacts.prefix}${tenantId}/` })
  return {
    store,
    stagingFolder: staging.folder,
    storeLinks: artifacts.links === 'store' ? store : null,
    ask: () => store.ask(),
  }
}

/** An SDK takes 50 MiB and up to a second of the start: only who uses one loads it. */
async function openObjects(place: RemotePlace): Promise<ObjectStore> {
  if (place.kind === 'azure') {
    const { openAzureObjects } = await import('./blobs/azure/open-azure-objects.ts')
    return openAzureObjects(place)
  }
  const { openS3Objects } = await import('./blobs/s3/open-s3-objects.ts')
  return openS3Objects(place)
}
