import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { Segment, SpooledRows, StoredSegment, TrinoRow } from './trino-answer.ts'
import { engineFailure } from './trino-failure.ts'
import { askTrino, readJson, segmentStorage } from './trino-http.ts'
import type { TrinoTalk } from './trino-talk.ts'

const decompress = promisify(zstdDecompress)

/** The rows of a segment, which its server is told that it may forget. */
export async function readSegment(
  segment: Segment,
  encoding: SpooledRows['encoding'],
  talk: TrinoTalk,
): Promise<readonly TrinoRow[]> {
  if (segment.type === 'inline') return rowsIn(Buffer.from(segment.data, 'base64'), segment, encoding)
  const rows = await rowsIn(await fetchSegment(segment, talk), segment, encoding)
  await acknowledge(segment, talk)
  return rows
}

async function fetchSegment(segment: StoredSegment, talk: TrinoTalk): Promise<Buffer> {
  const isCoordinators = isOfCoordinator(segment, talk)
  return askTrino(
    isCoordinators ? talk.at(segment.uri) : new URL(segment.uri),
    {
      // An address of a storage has its own signature: our credentials are for Trino alone.
      headers: isCoordinators ? { ...talk.headers, ...ownHeaders(segment) } : ownHeaders(segment),
      signal: talk.signal,
      // A coordinator may send on, to its storage or to a worker, where fetch shows no credentials.
      redirect: 'follow',
    },
    segmentStorage,
  )
}

/**
 * Whether a segment is fetched through the coordinator. Behind a proxy that may call itself otherwise than we do, as it does
 * in the address for the acknowledgement, which is always its own.
 */
function isOfCoordinator({ uri, ackUri }: StoredSegment, { base }: TrinoTalk): boolean {
  const { host, pathname } = new URL(uri)
  return pathname.startsWith('/v1/spooled/') && [base.host, new URL(ackUri).host].includes(host)
}

/** Of an encrypted segment, its key among them. */
function ownHeaders({ headers = {} }: StoredSegment): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.join(', ')]))
}

/** Rejects with `unreachable` where these aren't all of them. */
async function rowsIn(
  bytes: Buffer,
  { metadata: { uncompressedSize, rowsCount } }: Segment,
  encoding: string,
): Promise<readonly TrinoRow[]> {
  const plain = uncompressedSize === undefined ? bytes : await unpacked(bytes, encoding)
  const rows = readJson(plain) as readonly TrinoRow[]
  if (rowsCount !== undefined && rows.length !== Number(rowsCount))
    throw engineFailure('unreachable', new Error(`A segment has ${rows.length} rows, and Trino says ${rowsCount}`))
  return rows
}

async function unpacked(bytes: Buffer, encoding: string): Promise<Buffer> {
  if (encoding !== 'json+zstd')
    throw engineFailure('failed', new Error(`Trino sends rows as ${encoding}, which nobody asked for`))
  return decompress(bytes).catch((error: unknown) => {
    throw engineFailure('unreachable', new Error(`A segment can't be unpacked: ${String(error)}`))
  })
}

/**
 * Best effort: what isn't acknowledged is removed there after some hours. A segment that is encrypted is known by its key
 * alone, which goes along.
 */
async function acknowledge(segment: StoredSegment, { at, headers, signal }: TrinoTalk): Promise<void> {
  await fetch(at(segment.ackUri), { headers: { ...headers, ...ownHeaders(segment) }, redirect: 'manual', signal })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}
