import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedS3Proxy } from './installed-s3proxy.ts'
import { freePort } from '../../kernel/testing/free-port.ts'
import { startPart, type Part } from './start-part.ts'

export interface S3Proxy extends Part {
  readonly port: number
  readonly bucket: string
  /** What the AWS SDK finds its credentials in. */
  readonly environment: Readonly<Record<string, string>>
  endpoint(port?: number): string
}

const bucket = 'almanac'
const environment = {
  AWS_ACCESS_KEY_ID: 'almanac-test',
  AWS_SECRET_ACCESS_KEY: 'almanac-test-secret',
  AWS_REGION: 'eu-central-1',
}

/**
 * Starts an S3Proxy on a port of its own, with one empty bucket on disk. It checks signatures of version 4 and the time of
 * presigned requests, and keeps conditional writes: of the servers that a registry offers, the one that does. `others` are
 * properties of its own that a test wants.
 */
export async function startS3Proxy(others: Readonly<Record<string, string>> = {}): Promise<S3Proxy> {
  const jar = await installedS3Proxy()
  const folder = await mkdtemp(join(tmpdir(), 'almanac-s3proxy-'))
  const port = await freePort()
  // Buckets are folders there.
  await mkdir(join(folder, 'data', bucket), { recursive: true })
  const properties = {
    's3proxy.endpoint': `http://127.0.0.1:${port}`,
    's3proxy.authorization': 'aws-v2-or-v4',
    's3proxy.identity': environment.AWS_ACCESS_KEY_ID,
    's3proxy.credential': environment.AWS_SECRET_ACCESS_KEY,
    'jclouds.provider': 'filesystem-nio2',
    'jclouds.identity': 'unused',
    'jclouds.credential': 'unused',
    'jclouds.filesystem.basedir': join(folder, 'data'),
    ...others,
  }
  const file = join(folder, 's3proxy.conf')
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(file, lines.join(''))
  const part = await startPart('java', ['-Xmx512m', '-jar', jar, '--properties', file], port)
  return {
    port,
    bucket,
    environment,
    endpoint: (at = port) => `http://127.0.0.1:${at}`,
    async stop() {
      await part.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
