import { createHash, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { RestError, type BlobServiceClient } from '@azure/storage-blob'
import type { BlobContent } from '../../artifacts/blob-store.ts'
import type { ObjectStore } from '../remote/object-store.ts'
import { createAzureLinks } from './create-azure-links.ts'

/** Refuses to replace a blob: what is published stays as it is. */
const onlyNew = { ifNoneMatch: '*' } as const

/** Blobs of one container of Azure Blob Storage. */
export function createAzureObjects(service: BlobServiceClient, containerName: string): ObjectStore {
  const container = service.getContainerClient(containerName)
  return {
    async put(name, bytes, content, abortSignal) {
      await container.getBlockBlobClient(name).upload(bytes, bytes.length, {
        abortSignal,
        conditions: onlyNew,
        metadata: metadataOf(content),
        // Azure compares it with what arrived, and shows it to whoever downloads by a link of its own.
        blobHTTPHeaders: { blobContentMD5: md5(bytes) },
      })
    },

    // Azure has no uploads to begin or to drop: blocks lie beside a name until some are committed, and vanish after a week.
    async beginParts(name, content) {
      const blob = container.getBlockBlobClient(name)
      // Whoever else sends to this name has the same place for blocks: under equal ids one would commit the other's.
      const upload = randomUUID()
      const blockId = (number: number): string =>
        // All ids of a blob have to be equally long.
        Buffer.from(`${upload}-${String(number).padStart(6, '0')}`).toString('base64')
      const blocks: string[] = []
      return {
        async part(number, bytes, abortSignal) {
          blocks[number - 1] = blockId(number)
          await blob.stageBlock(blockId(number), bytes, bytes.length, {
            abortSignal,
            transactionalContentMD5: md5(bytes),
          })
        },
        async commit(abortSignal) {
          await blob.commitBlockList(blocks, { abortSignal, conditions: onlyNew, metadata: metadataOf(content) })
        },
        abort: () => Promise.resolve(),
      }
    },

    async find(name, abortSignal) {
      const found = await ifFound(container.getBlobClient(name).getProperties({ abortSignal }))
      return found && { sizeBytes: found.contentLength ?? -1, sha256: found.metadata?.['sha256'] ?? '' }
    },

    async read(name, { start, end, tag }, abortSignal) {
      const count = end === undefined ? undefined : end - start + 1
      // We ask again ourselves, by the same rules for every store.
      const options = { abortSignal, maxRetryRequests: 0, ...(tag !== undefined && { conditions: { ifMatch: tag } }) }
      const answer = await ifFound(container.getBlobClient(name).download(start, count, options))
      if (answer === undefined) return undefined
      const { readableStreamBody: body, contentLength, etag } = answer
      if (!(body instanceof Readable) || contentLength === undefined || etag === undefined)
        throw new Error('an answer of Azure has a body, a length and a tag')
      return { body, sizeBytes: contentLength, tag: etag }
    },

    async delete(name, abortSignal) {
      await ifFound(container.getBlobClient(name).delete({ abortSignal, deleteSnapshots: 'include' }))
    },

    async list(prefix, next, abortSignal) {
      const pages = container
        .listBlobsFlat({ prefix, abortSignal })
        .byPage({ maxPageSize: 1_000, ...(next !== undefined && { continuationToken: next }) })
      const turned = await pages.next()
      const page = turned.done === true ? undefined : turned.value
      const objects = page?.segment.blobItems.map(({ name, properties }) => ({
        name,
        storedAt: properties.lastModified.getTime(),
      }))
      return { objects: objects ?? [], next: page?.continuationToken || undefined }
    },

    abortUploads: () => Promise.resolve(0),

    link: createAzureLinks(service, container),

    async ask(abortSignal) {
      await container.getProperties({ abortSignal })
    },
  }
}

function metadataOf({ sha256 }: BlobContent): Record<string, string> {
  return { sha256 }
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest()
}

/** Undefined when the blob isn't there. A container that isn't there is another matter: then everything would be gone. */
async function ifFound<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof RestError && error.statusCode === 404 && error.code === 'BlobNotFound') return undefined
    throw error
  }
}
