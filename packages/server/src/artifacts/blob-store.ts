import type { Readable } from 'node:stream'

export interface ByteRange {
  /** First and last byte, both included. */
  readonly start: number
  readonly end: number
}

/** What a finished file holds, as its manifest says it. */
export interface BlobContent {
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** Tells which of some files somebody is making still. Their names are keys, or those of files beside such a one. */
export type FilesUnderWay = (names: readonly string[]) => Promise<ReadonlySet<string>>

/** Port: keeps the bytes of artifacts. A blob appears whole or not at all. */
export interface BlobStore {
  /** A path on local disk for a file in the making. The folder exists; the file doesn't. */
  stagingPath(key: string): string
  /**
   * Makes a finished, synced staging file the blob `key`, durably. The staging file is gone afterwards. A store that is
   * far away sends it, compares what it read with `content`, and stops when `signal` aborts. Raises
   * `BlobStoreUnavailable`; whatever it fails with, there is no blob then.
   */
  publish(key: string, content: BlobContent, signal?: AbortSignal): Promise<void>
  /** Removes a staging file that will not be published. Succeeds when there is none. */
  discard(key: string): Promise<void>
  /** Undefined when there is no such blob. Raises `BlobStoreUnavailable`. */
  open(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** Succeeds when there is no such blob. */
  delete(key: string): Promise<void>
  /** The keys of the blobs that were published before `beforeAt` (by the store's own time), some at a time. */
  published(beforeAt: number): AsyncIterable<readonly string[]>
  /**
   * Removes what a dead worker left half done: staging files not modified since `beforeAt`, and uploads begun before it,
   * but for those that are under way: an upload may take longer than anybody thought. Returns how many.
   */
  sweepStaging(beforeAt: number, underWay: FilesUnderWay): Promise<number>
}
