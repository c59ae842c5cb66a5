import type { Readable } from 'node:stream'

export interface ByteRange {
  /** First and last byte, both included. */
  readonly start: number
  readonly end: number
}

/** Port: keeps the bytes of artifacts. A blob appears whole or not at all. */
export interface BlobStore {
  /** A path on local disk for a file in the making, on which `publish` is cheap. The folder exists; the file doesn't. */
  stagingPath(key: string): string
  /** Makes a finished, synced staging file the blob `key`, durably. The staging file is gone afterwards. */
  publish(key: string): Promise<void>
  /** Removes a staging file that will not be published. Succeeds when there is none. */
  discard(key: string): Promise<void>
  /** Undefined when there is no such blob. */
  open(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** Succeeds when there is no such blob. */
  delete(key: string): Promise<void>
  /** The keys of the blobs that were published before `beforeAt` (by the store's own time), some at a time. */
  published(beforeAt: number): AsyncIterable<readonly string[]>
  /** Removes staging files that a dead worker left: those not modified since `beforeAt`. Returns how many. */
  sweepStaging(beforeAt: number): Promise<number>
}
