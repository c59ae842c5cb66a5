import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { ObjectStore } from '../remote/object-store.ts'

const secondMs = 1_000
/** Of signature version 4. */
const longestLifeMs = 7 * 24 * 60 * 60 * secondMs

/** Links as presigned requests: GET of one object. They end with the credentials that signed them, if these end first. */
export function createS3Links(client: S3Client, bucket: string): ObjectStore['link'] {
  return async (name, shown, askedUntil) => {
    // The time of S3, which checks it: that of the machine, moved by nobody. A signature is dated by the second.
    const signedAt = Math.floor(Date.now() / secondMs) * secondMs
    const { expiration } = await client.config.credentials()
    const credentialsEndAt = expiration === undefined ? Infinity : expiration.getTime()
    const endsAt = Math.min(askedUntil, signedAt + longestLifeMs, credentialsEndAt)
    const expiresIn = Math.max(1, Math.floor((endsAt - signedAt) / secondMs))
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: name,
      ResponseContentType: shown.contentType,
      ResponseContentDisposition: shown.contentDisposition,
    })
    const url = await getSignedUrl(client, command, { expiresIn, signingDate: new Date(signedAt) })
    return { url, expiresAt: signedAt + expiresIn * secondMs }
  }
}
