import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import type { BlobContent } from '../../artifacts/blob-store.ts'
import type { ObjectStore, PartedUpload } from './object-store.ts'
import { reach } from './reach.ts'

export interface UploadLimits {
  /** Bytes of a part, as long as the services' 10,000 parts suffice. */
  readonly partBytes: number
  /** How long one part may take, its retries included. */
  readonly partMs: number
}

const partsAtOnce = 3
const mostParts = 9_000
const mebibyte = 2 ** 20

/**
 * Sends a file to be the object `name`: small ones in one request, others in parts, a few at a time, so that memory stays
 * the same whatever the size. The bytes that were sent are compared with `content` before anybody sees them. Raises
 * `BlobStoreUnavailable`, and a plain error where the file is not what its manifest says; there is no object then.
 */
export async function uploadFile(
  store: ObjectStore,
  limits: UploadLimits,
  { name, path, content }: { readonly name: string; readonly path: string; readonly content: BlobContent },
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size !== content.sizeBytes) throw new Error(`${path} has ${size} bytes, its manifest says ${content.sizeBytes}`)
    const partBytes = Math.max(limits.partBytes, Math.ceil(size / mostParts / mebibyte) * mebibyte)
    if (size <= partBytes) await sendWhole(store, limits, { name, file, content }, signal)
    else await sendParts(store, limits, { name, file, content, partBytes }, signal)
  } finally {
    await file.close()
  }
}

interface Sending {
  readonly name: string
  readonly file: FileHandle
  readonly content: BlobContent
}

async function sendWhole(
  store: ObjectStore,
  { partMs }: UploadLimits,
  { name, file, content }: Sending,
  signal: AbortSignal,
): Promise<void> {
  const bytes = await file.readFile()
  requireDigest(createHash('sha256').update(bytes).digest('hex'), content)
  const send = (): Promise<void> =>
    reach('take a file', partMs, (limited) => store.put(name, bytes, content, limited), signal)
  await doneOrThere(store, name, content, send, signal)
}

async function sendParts(
  store: ObjectStore,
  { partMs }: UploadLimits,
  { name, file, content, partBytes }: Sending & { readonly partBytes: number },
  signal: AbortSignal,
): Promise<void> {
  const begin = (limited: AbortSignal): Promise<PartedUpload> => store.beginParts(name, content, limited)
  const upload = await reach('begin an upload', partMs, begin, signal)
  const failed = new AbortController()
  const calledOff = AbortSignal.any([signal, failed.signal])
  const hash = createHash('sha256')
  const free = Array.from({ length: partsAtOnce }, () => Buffer.allocUnsafe(partBytes))
  const sending = new Set<Promise<void>>()
  try {
    for (let offset = 0, number = 1; offset < content.sizeBytes; offset += partBytes, number += 1) {
      const buffer = free.pop() ?? (await Promise.race(sending).then(() => free.pop()))
      if (buffer === undefined) throw new Error('a part that was sent gives its buffer back')
      const bytes = buffer.subarray(0, Math.min(partBytes, content.sizeBytes - offset))
      await readFully(file, bytes, offset)
      hash.update(bytes)
      const send = (limited: AbortSignal): Promise<void> => upload.part(number, bytes, limited)
      const sendAndFree = async (): Promise<void> => {
        await reach('take a part of a file', partMs, send, calledOff)
        free.push(buffer)
        sending.delete(sent)
      }
      const sent = sendAndFree()
      sending.add(sent)
      // It is awaited in the set; until then its failure is nobody's surprise.
      sent.catch(() => undefined)
    }
    await Promise.all(sending)
    requireDigest(hash.digest('hex'), content)
    const commit = (): Promise<void> => reach('publish a file', partMs, (limited) => upload.commit(limited), signal)
    await doneOrThere(store, name, content, commit, signal)
  } catch (error) {
    failed.abort(error)
    // Nothing may still be reading the file, or come after the parts were freed.
    await Promise.allSettled(sending)
    // What can't be freed now is swept later. Not under `signal`, which may be why we are here.
    await reach('drop an upload', partMs, (limited) => upload.abort(limited)).catch(() => undefined)
    throw error
  }
}

/**
 * Does what makes an object. When that fails because its answer was lost, the retry finds the object there: then it is
 * done. Another object of this name stays as it is, and the failure stands.
 */
async function doneOrThere(
  store: ObjectStore,
  name: string,
  content: BlobContent,
  make: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await make()
  } catch (error) {
    signal.throwIfAborted()
    const found = await reach('look for a file', lookMs, (limited) => store.find(name, limited), signal).catch(
      () => undefined,
    )
    if (found?.sha256 !== content.sha256 || found.sizeBytes !== content.sizeBytes) throw error
  }
}

const lookMs = 30_000

async function readFully(file: FileHandle, into: Buffer, offset: number): Promise<void> {
  for (let read = 0; read < into.length;) {
    const { bytesRead } = await file.read(into, read, into.length - read, offset + read)
    if (bytesRead === 0) throw new Error('The file became shorter while it was sent')
    read += bytesRead
  }
}

function requireDigest(sha256: string, content: BlobContent): void {
  if (sha256 !== content.sha256)
    throw new Error(`The file has the digest ${sha256}, its manifest says ${content.sha256}`)
}
