import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { describe, expect, test } from 'vitest'
import { nobody } from '../../artifacts/blob-store.contract.ts'
import { remoteBlobStoreContract } from '../remote/remote-blob-store.contract.ts'
import { hadOrWhy } from '../testing/had-or-why.ts'
import { startS3Proxy } from '../testing/start-s3proxy.ts'
import { openS3Objects } from './open-s3-objects.ts'

const { part: s3, about } = await hadOrWhy('S3Proxy', startS3Proxy)
// Where the AWS SDK looks first; the processes that tests start inherit them.
Object.assign(process.env, s3?.environment)

const placeAt = (port: number) => ({
  bucket: s3?.bucket ?? '',
  region: null,
  endpoint: s3?.endpoint(port) ?? '',
  pathStyle: true,
})

async function unfinished(prefix: string): Promise<number> {
  const client = new S3Client({ endpoint: s3?.endpoint() ?? '', forcePathStyle: true })
  const asked = new ListMultipartUploadsCommand({ Bucket: s3?.bucket, Prefix: prefix })
  const { Uploads = [] } = await client.send(asked)
  return Uploads.length
}

describe.skipIf(s3 === null)(`S3, on ${about}`, () => {
  remoteBlobStoreContract('S3', {
    port: s3?.port ?? 0,
    open: (port) => Promise.resolve(openS3Objects(placeAt(port))),
    place: (port) => ({ kind: 's3', ...placeAt(port) }),
    unfinished,
    dropsUploads: true,
  })

  test('uploads that were begun and never committed are dropped when they are old enough', async () => {
    const objects = openS3Objects(placeAt(s3?.port ?? 0))
    const { signal } = new AbortController()
    const content = { sizeBytes: 1, sha256: '' }
    for (const key of ['one', 'two']) {
      const upload = await objects.beginParts(`stale/${key}`, content, signal)
      await upload.part(1, Buffer.from('x'), signal)
    }
    await objects.beginParts('others/key', content, signal)
    const abort = (beforeAt: number, underWay = nobody) =>
      objects.abortUploads({ prefix: 'stale/', beforeAt, underWay }, signal)
    expect(await abort(Date.now() - 600_000)).toBe(0)
    expect(
      await abort(Date.now() + 600_000, async (names) => new Set(names.filter((name) => name === 'stale/one'))),
    ).toBe(1)
    expect(await unfinished('stale/')).toBe(1)
    expect(await abort(Date.now() + 600_000)).toBe(1)
    expect([await unfinished('stale/'), await unfinished('others/')]).toEqual([0, 1])
  })
})
