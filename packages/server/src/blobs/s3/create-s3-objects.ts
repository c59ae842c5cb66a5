import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { BlobContent } from '../../artifacts/blob-store.ts'
import type { ObjectStore } from '../remote/object-store.ts'
import { createS3Links } from './create-s3-links.ts'

/** Objects of one bucket of S3, or of a service that speaks as S3 does, conditional writes included. */
export function createS3Objects(client: S3Client, bucket: string): ObjectStore {
  const at = (name: string): { Bucket: string; Key: string } => ({ Bucket: bucket, Key: name })
  const abortUpload = async (name: string, id: string, abortSignal: AbortSignal): Promise<void> => {
    const command = new AbortMultipartUploadCommand({ ...at(name), UploadId: id })
    await unless(['NoSuchUpload'], client.send(command, { abortSignal }))
  }
  return {
    async put(name, bytes, content, abortSignal) {
      // `IfNoneMatch` refuses to replace an object: what is published stays as it is.
      const about = { Metadata: metadataOf(content), ContentMD5: md5(bytes), IfNoneMatch: '*' }
      await client.send(new PutObjectCommand({ ...at(name), Body: bytes, ...about }), { abortSignal })
    },

    async beginParts(name, content, abortSignal) {
      const begun = new CreateMultipartUploadCommand({ ...at(name), Metadata: metadataOf(content) })
      const { UploadId: id = '' } = await client.send(begun, { abortSignal })
      const tags: string[] = []
      return {
        async part(number, bytes, signal) {
          const part = { UploadId: id, PartNumber: number, Body: bytes, ContentMD5: md5(bytes) }
          const { ETag = '' } = await client.send(new UploadPartCommand({ ...at(name), ...part }), {
            abortSignal: signal,
          })
          tags[number - 1] = ETag
        },
        async commit(signal) {
          const Parts = tags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }))
          const all = { UploadId: id, MultipartUpload: { Parts }, IfNoneMatch: '*' }
          await client.send(new CompleteMultipartUploadCommand({ ...at(name), ...all }), { abortSignal: signal })
        },
        abort: (signal) => abortUpload(name, id, signal),
      }
    },

    async find(name, abortSignal) {
      // An answer to HEAD has no body, and so no code: `NotFound` may be the bucket's. Whoever asks has just spoken to it.
      const looking = client.send(new HeadObjectCommand(at(name)), { abortSignal })
      const found = await unless(['NotFound'], looking)
      return found && { sizeBytes: found.ContentLength ?? -1, sha256: found.Metadata?.['sha256'] ?? '' }
    },

    async read(name, { start, end, tag }, abortSignal) {
      // The whole is asked for as such: an empty object has no first byte.
      const isWhole = start === 0 && end === undefined
      const command = new GetObjectCommand({
        ...at(name),
        ...(!isWhole && { Range: `bytes=${start}-${end ?? ''}` }),
        ...(tag !== undefined && { IfMatch: tag }),
      })
      const answer = await unless(['NoSuchKey'], client.send(command, { abortSignal }))
      if (answer === undefined) return undefined
      const { Body: body, ContentLength, ETag } = answer
      if (!(body instanceof Readable) || ContentLength === undefined || ETag === undefined)
        throw new Error('an answer of S3 has a body, a length and a tag')
      return { body, sizeBytes: ContentLength, tag: ETag }
    },

    async delete(name, abortSignal) {
      await client.send(new DeleteObjectCommand(at(name)), { abortSignal })
    },

    async list(prefix, next, abortSignal) {
      const asked = { Bucket: bucket, Prefix: prefix, ...(next !== undefined && { ContinuationToken: next }) }
      const page = await client.send(new ListObjectsV2Command(asked), { abortSignal })
      const objects = (page.Contents ?? []).map(({ Key = '', LastModified }) => ({
        name: Key,
        storedAt: LastModified?.getTime() ?? Infinity,
      }))
      return { objects, next: page.NextContinuationToken }
    },

    async abortUploads({ prefix, beforeAt, underWay }, abortSignal) {
      let count = 0
      let next: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } = {}
      for (;;) {
        const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...next })
        const page = await client.send(command, { abortSignal })
        const old = (page.Uploads ?? []).filter(({ Initiated }) => Initiated !== undefined && +Initiated < beforeAt)
        const making = await underWay(old.map(({ Key = '' }) => Key))
        for (const { Key = '', UploadId = '' } of old) {
          if (making.has(Key)) continue
          await abortUpload(Key, UploadId, abortSignal)
          count += 1
        }
        if (page.IsTruncated !== true) return count
        next = {
          ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
          ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
        }
      }
    },

    link: createS3Links(client, bucket),

    async ask(abortSignal) {
      await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal })
    },
  }
}

function metadataOf({ sha256 }: BlobContent): Record<string, string> {
  return { sha256 }
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('base64')
}

/** Undefined when S3 answers with one of these codes. */
async function unless<Answer>(codes: readonly string[], asking: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asking
  } catch (error) {
    if (error instanceof S3ServiceException && codes.includes(error.name)) return undefined
    throw error
  }
}
