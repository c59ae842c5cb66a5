import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { startS3Proxy } from '../../../blobs/testing/start-s3proxy.ts'

/** What becomes of the download number `count`, from 1 on: whole, half of it and then a cut, late, or a status. */
export type StorageMood = (count: number) => 'whole' | 'half' | { readonly afterMs: number } | number

export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: NodeJS.Dict<string | string[]>
}

/** An S3 in which a Trino keeps segments, with somebody at its door who sees each request and can spoil a download. */
export interface WatchedStorage {
  /** `spooling-manager.properties` of a Trino that spools there, encrypted with keys of its clients. */
  readonly properties: string
  /** Since the last call of `forget`. */
  readonly seen: readonly SeenRequest[]
  /** Of those, the ones that read a segment. */
  readonly downloads: readonly SeenRequest[]
  mood: StorageMood
  forget(): void
  /** Keys of the segments that are there now. */
  segments(): Promise<readonly string[]>
  stop(): Promise<void>
}

export async function startWatchedStorage(): Promise<WatchedStorage> {
  // In memory: the one of its storages that takes keys of clients, and refuses whoever hasn't got them.
  const s3 = await startS3Proxy({ 'jclouds.provider': 'transient', 's3proxy.ignore-unknown-headers': 'true' })
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = s3.environment
  const client = new S3Client({
    endpoint: s3.endpoint(),
    forcePathStyle: true,
    region: AWS_REGION ?? '',
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID ?? '', secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '' },
  })
  await client.send(new CreateBucketCommand({ Bucket: s3.bucket }))

  let seen: SeenRequest[] = []
  let count = 0
  const storage = { mood: (): ReturnType<StorageMood> => 'whole' } as { mood: StorageMood }
  const isDownload = ({ method, path }: SeenRequest): boolean => method === 'GET' && path.startsWith(`/${s3.bucket}/`)

  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', headers, url = '/' } = incoming
    const asked = { method, path: url, headers }
    seen.push(asked)
    const mood = isDownload(asked) ? storage.mood(++count) : 'whole'
    if (typeof mood === 'number') {
      incoming.resume()
      outgoing.writeHead(mood).end('<Error><Code>InternalError</Code></Error>')
      return
    }
    if (typeof mood === 'object') await setTimeout(mood.afterMs)
    // With the host that it was asked as, which the signature covers.
    const passed = request({ host: '127.0.0.1', port: s3.port, method, path: url, headers })
    passed.on('response', (answered) => {
      outgoing.writeHead(answered.statusCode ?? 500, answered.headers)
      if (mood === 'half') sendHalf(answered, outgoing)
      else answered.pipe(outgoing)
    })
    passed.on('error', () => incoming.socket.destroy())
    incoming.pipe(passed)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    properties: [
      'spooling-manager.name=filesystem',
      'fs.s3.enabled=true',
      `fs.location=s3://${s3.bucket}/segments/`,
      // What is left behind stays to be seen.
      'fs.segment.pruning.enabled=false',
      `s3.endpoint=${endpoint}`,
      `s3.region=${AWS_REGION}`,
      's3.path-style-access=true',
      `s3.aws-access-key=${AWS_ACCESS_KEY_ID}`,
      `s3.aws-secret-key=${AWS_SECRET_ACCESS_KEY}`,
    ].join('\n'),
    get seen() {
      return seen
    },
    get downloads() {
      return seen.filter(isDownload)
    },
    get mood() {
      return storage.mood
    },
    set mood(mood) {
      storage.mood = mood
      count = 0
    },
    forget() {
      seen = []
    },
    async segments() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: s3.bucket }))
      return Contents.flatMap(({ Key = '' }) => Key)
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      client.destroy()
      await s3.stop()
    },
  }
}

/** As a line does that is cut: the length stands in the head, and half of it comes. */
function sendHalf(answered: IncomingMessage, outgoing: ServerResponse): void {
  let left = Math.floor(Number(answered.headers['content-length'] ?? 0) / 2)
  answered.on('data', (chunk: Buffer) => {
    outgoing.write(chunk.subarray(0, left))
    left -= Math.min(left, chunk.length)
    if (left === 0) outgoing.socket?.destroy()
  })
}
