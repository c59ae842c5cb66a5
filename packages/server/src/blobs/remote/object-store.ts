import type { Readable } from 'node:stream'
import type { BlobContent, FilesUnderWay } from '../../artifacts/blob-store.ts'
import type { ShownAs, StoreLink } from '../../artifacts/store-links.ts'

/** An object's bytes as they come, from the asked place on. */
export interface ObjectRead {
  readonly body: Readable
  /** How many bytes are to come. */
  readonly sizeBytes: number
  /** Tells this object from another that may come to have its name. */
  readonly tag: string
}

export interface ReadRequest {
  readonly start: number
  /** Last byte, included; undefined: to the end. */
  readonly end?: number
  /** Only while the object is still this one. */
  readonly tag?: string
}

/** Uploads that nobody goes on with: begun before `beforeAt` and, by the objects' names, not under way. */
export interface OldUploads {
  readonly prefix: string
  readonly beforeAt: number
  readonly underWay: FilesUnderWay
}

/** An upload in parts, of which nobody sees anything before its commit. */
export interface PartedUpload {
  /** Sends a part; `number` counts from 1. The bytes are not looked at after it has settled. */
  part(number: number, bytes: Buffer, signal: AbortSignal): Promise<void>
  /** Makes the parts the object, if there is none of this name. */
  commit(signal: AbortSignal): Promise<void>
  /** Frees what the parts take. */
  abort(signal: AbortSignal): Promise<void>
}

/**
 * A service that keeps objects by name: the part of Azure Blob Storage and S3 that differs. Each call retries a few
 * times what may pass, ends when `signal` aborts, and fails with the service's own error.
 */
export interface ObjectStore {
  /** Sends all bytes in one request, if there is no object of this name. `content` is kept beside them. */
  put(name: string, bytes: Buffer, content: BlobContent, signal: AbortSignal): Promise<void>
  beginParts(name: string, content: BlobContent, signal: AbortSignal): Promise<PartedUpload>
  /** What was said about an object when it was sent; undefined when there is none. */
  find(name: string, signal: AbortSignal): Promise<BlobContent | undefined>
  /** Resolves as soon as the bytes begin to come. `signal` speaks of the time until then, and of the bytes too. */
  read(name: string, request: ReadRequest, signal: AbortSignal): Promise<ObjectRead | undefined>
  /** Succeeds when there is none. */
  delete(name: string, signal: AbortSignal): Promise<void>
  /** One page of the objects whose names begin with `prefix`, after the page that `next` was given with. */
  list(prefix: string, next: string | undefined, signal: AbortSignal): Promise<ObjectPage>
  /** Frees the parts of uploads that were begun and never committed. Returns how many uploads. */
  abortUploads(old: OldUploads, signal: AbortSignal): Promise<number>
  link(name: string, shown: ShownAs, expiresAt: number): Promise<StoreLink>
  /** Resolves when the service answers and the place for our objects is there. */
  ask(signal: AbortSignal): Promise<void>
}

export interface ObjectPage {
  readonly objects: readonly { readonly name: string; readonly storedAt: number }[]
  readonly next: string | undefined
}
