import { S3Client } from '@aws-sdk/client-s3'
import type { ObjectStore } from '../remote/object-store.ts'
import { createS3Objects } from './create-s3-objects.ts'

export interface S3Place {
  readonly bucket: string
  /** Null: as the environment of the AWS SDK says. */
  readonly region: string | null
  /** Null: Amazon's own. */
  readonly endpoint: string | null
  /** Whether the bucket stands in the path of an address, not in its host. */
  readonly pathStyle: boolean
}

/**
 * Objects of a bucket, with the credentials that the AWS SDK finds: environment, shared files, web identity, container or
 * instance role. Reads no network yet.
 */
export function openS3Objects({ bucket, region, endpoint, pathStyle }: S3Place): ObjectStore {
  // A download holds a connection as long as its client takes; uploads must not wait for one.
  const agent = { keepAlive: true, maxSockets: 2_000 }
  const client = new S3Client({
    ...(region !== null && { region }),
    ...(endpoint !== null && { endpoint }),
    forcePathStyle: pathStyle,
    maxAttempts: 4,
    // We send the MD5 of each part, which every S3 checks, and compare sizes and SHA-256: no second digest of the SDK's.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000, httpAgent: agent, httpsAgent: agent },
  })
  return createS3Objects(client, bucket)
}
