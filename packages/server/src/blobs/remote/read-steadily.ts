import { Readable } from 'node:stream'
import { BlobStoreUnavailable } from '../../artifacts/blob-store-unavailable.ts'
import type { ByteRange } from '../../artifacts/blob-store.ts'
import type { ObjectRead, ObjectStore, ReadRequest } from './object-store.ts'
import { reach } from './reach.ts'

export interface ReadLimits {
  /** How long a service may take to begin its answer, its own retries included. */
  readonly answerMs: number
  /** How long it may send nothing while we wait for bytes. */
  readonly silenceMs: number
}

/** How often a download may be taken up again where it broke off. */
const mostResumptions = 4

/**
 * The bytes of an object or of a part of it; undefined when there is none. Asked for again, from where they stopped, when
 * the connection breaks or falls silent: a download of an hour must not fail for one lost packet. Raises
 * `BlobStoreUnavailable` before the first byte, or by the stream.
 */
export async function readSteadily(
  store: Pick<ObjectStore, 'read'>,
  { answerMs, silenceMs }: ReadLimits,
  name: string,
  range: ByteRange | undefined,
): Promise<Readable | undefined> {
  // Ends the bytes too, when the reader goes away.
  const gone = new AbortController()
  const read = (request: ReadRequest): Promise<ObjectRead | undefined> =>
    reach('give a file', answerMs, (signal) => store.read(name, request, signal), gone.signal)
  const start = range?.start ?? 0
  const first = await read({ start, ...(range !== undefined && { end: range.end }) })
  if (first === undefined) return undefined

  async function* bytes(answer: ObjectRead): AsyncGenerator<Buffer, void, undefined> {
    const end = start + answer.sizeBytes
    let { body } = answer
    let at = start
    try {
      for (let resumptions = 0; ; resumptions += 1) {
        try {
          for await (const chunk of patiently(body, silenceMs)) {
            at += chunk.length
            yield chunk
          }
          if (at >= end) return
          throw new Error(`the answer ended ${end - at} bytes early`)
        } catch (error) {
          if (resumptions === mostResumptions)
            throw new BlobStoreUnavailable(`The store of files broke off ${end - at} bytes before the end`, {
              cause: error,
            })
        }
        const more = await read({ start: at, end: end - 1, tag: answer.tag })
        if (more === undefined) throw new BlobStoreUnavailable('The file was deleted while it was read')
        body = more.body
      }
    } finally {
      gone.abort()
      body.destroy()
    }
  }
  const stream = Readable.from(bytes(first), { objectMode: false, highWaterMark: readAheadBytes })
  // A reader that goes away before it asks for a byte never begins the generator, so neither does its end free anything.
  first.body.on('error', () => undefined)
  stream.once('close', () => {
    gone.abort()
    first.body.destroy()
  })
  return stream
}

const readAheadBytes = 1024 * 1024

/** The chunks of a stream; fails when one doesn't come in time. Time in which nobody asks for one doesn't count. */
async function* patiently(body: Readable, silenceMs: number): AsyncGenerator<Buffer, void, undefined> {
  // A body that is destroyed before anybody listens must not end the process.
  body.on('error', () => undefined)
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  for (;;) {
    const timer = setTimeout(() => body.destroy(new Error(`not a byte in ${silenceMs / 1_000} s`)), silenceMs)
    const next = await chunks.next().finally(() => clearTimeout(timer))
    if (next.done === true) return
    yield next.value
  }
}
