import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import type { Segment, SpooledRows, StoredSegment, TrinoRow } from './trino-answer.ts'
import { engineFailure } from './trino-failure.ts'
import { askTrino, wholeOr } from './trino-http.ts'
import type { TrinoTalk } from './trino-talk.ts'

const decompress = promisify(zstdDecompress)

/** The rows of a segment, which its server is told that it may forget. */
export async function readSegment(
  segment: Segment,
  encoding: SpooledRows['encoding'],
  talk: TrinoTalk,
): Promise<readonly TrinoRow[]> {
  const bytes = segment.type === 'inline' ? Buffer.from(segment.data, 'base64') : await fetchSegment(segment, talk)
  const plain = segment.metadata.uncompressedSize === undefined ? bytes : await unpacked(bytes, encoding)
  if (segment.type === 'spooled') await acknowledge(segment, talk)
  return JSON.parse(plain.toString('utf8')) as readonly TrinoRow[]
}

async function fetchSegment({ uri, headers = {} }: StoredSegment, talk: TrinoTalk): Promise<Buffer> {
  const given = new URL(uri)
  // Behind a proxy that ends TLS, Trino may name itself by http: our credentials go only where the settings say.
  const url = given.host === talk.base.host ? talk.at(uri) : given
  const own = Object.entries(headers).map(([name, values]): [string, string] => [name, values.join(', ')])
  // A storage has its own signature in the address: our credentials are for Trino alone.
  const ours = url.host === talk.base.host ? Object.entries(talk.headers) : []
  // A coordinator may send on to its storage, where fetch shows no credentials.
  const answer = await askTrino(url, {
    headers: Object.fromEntries([...ours, ...own]),
    signal: talk.signal,
    redirect: 'follow',
  })
  return wholeOr(talk.signal, async () => Buffer.from(await answer.arrayBuffer()))
}

async function unpacked(bytes: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === 'json+zstd') return decompress(bytes)
  throw engineFailure('failed', new Error(`Trino sends rows as ${encoding}, which nobody asked for`))
}

/** Best effort: what isn't acknowledged is removed there after some hours. */
async function acknowledge({ ackUri }: StoredSegment, talk: TrinoTalk): Promise<void> {
  await fetch(talk.at(ackUri), { headers: talk.headers, signal: talk.signal })
    .then((answer) => answer.body?.cancel())
    .catch(() => undefined)
}
