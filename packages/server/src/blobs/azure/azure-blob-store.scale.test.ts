import { BlobServiceClient } from '@azure/storage-blob'
import { describe } from 'vitest'
import { remoteBlobStoreContract } from '../remote/remote-blob-store.contract.ts'
import { hadOrWhy } from '../testing/had-or-why.ts'
import { startAzurite } from '../testing/start-azurite.ts'
import { openAzureObjects } from './open-azure-objects.ts'

const { part: azurite, about } = await hadOrWhy('Azurite', () => startAzurite())
const container = 'almanac'
const login = (port?: number) =>
  ({ kind: 'connection-string', connectionString: azurite?.connectionString(port) ?? '' }) as const

describe.skipIf(azurite === null)(`Azure Blob Storage, on ${about}`, () => {
  remoteBlobStoreContract('Azure', {
    port: azurite?.port ?? 0,
    open: (port) => openAzureObjects({ container, login: login(port) }),
    place: (port) => ({ kind: 'azure', container, login: login(port) }),
    dropsUploads: false,
    async unfinished(prefix) {
      const blobs = BlobServiceClient.fromConnectionString(login().connectionString).getContainerClient(container)
      let count = 0
      for await (const { name } of blobs.listBlobsFlat({ prefix, includeUncommitedBlobs: true })) {
        const { uncommittedBlocks = [] } = await blobs.getBlockBlobClient(name).getBlockList('uncommitted')
        if (uncommittedBlocks.length > 0) count += 1
      }
      return count
    },
  })
})
