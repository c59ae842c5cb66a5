import type { BlobStore, FilesUnderWay } from '../../artifacts/blob-store.ts'
import type { StoreLinks } from '../../artifacts/store-links.ts'
import { blobKey, isBlobKey } from '../staging/blob-key.ts'
import type { Staging } from '../staging/create-staging.ts'
import type { ObjectStore } from './object-store.ts'
import { reach } from './reach.ts'
import { readSteadily, type ReadLimits } from './read-steadily.ts'
import { uploadFile, type UploadLimits } from './upload-file.ts'

/** A blob store that is somewhere else. */
export interface RemoteBlobStore extends BlobStore, StoreLinks {
  /** Resolves when it is there. Raises `BlobStoreUnavailable`. */
  ask(): Promise<void>
}

export interface RemoteBlobStoreDeps {
  readonly objects: ObjectStore
  readonly staging: Staging
  /**
   * What the names of all objects begin with. Nobody else may have such names: what retention finds under them and knows
   * nothing of, it deletes.
   */
  readonly prefix: string
  readonly limits?: RemoteLimits
}

export interface RemoteLimits extends UploadLimits, ReadLimits {}

/** 8 MiB a part: with three under way, an upload holds 24 MiB. */
export const remoteLimits: RemoteLimits = {
  partBytes: 8 * 2 ** 20,
  partMs: 120_000,
  answerMs: 30_000,
  silenceMs: 30_000,
}

/** The time of small requests. Readiness waits no longer than five seconds for all its answers. */
const callMs = 30_000
const askMs = 4_000

/** Keeps blobs as objects of a service: `<prefix><key>` each. Files in the making are on local disk. */
export function createRemoteBlobStore(deps: RemoteBlobStoreDeps): RemoteBlobStore {
  const { objects, staging, prefix, limits = remoteLimits } = deps
  const nameOf = (key: string): string => prefix + blobKey(key)

  return {
    stagingPath: (key) => staging.path(key),

    async publish(key, content, signal = new AbortController().signal) {
      const path = staging.path(key)
      await uploadFile(objects, limits, { name: nameOf(key), path, content }, signal)
      // Swept meanwhile, if the upload took that long.
      await staging.discard(key)
    },

    discard: (key) => staging.discard(key),

    open: async (key, range) => readSteadily(objects, limits, nameOf(key), range),

    delete: async (key) => reach('delete a file', callMs, (signal) => objects.delete(nameOf(key), signal)),

    async *published(beforeAt) {
      let next: string | undefined
      do {
        const after = next
        const page = await reach('list files', callMs, (signal) => objects.list(prefix, after, signal))
        const keys = page.objects
          .filter(({ storedAt }) => storedAt < beforeAt)
          .map(({ name }) => name.slice(prefix.length))
          // What lies deeper, or is named otherwise, is not ours to delete.
          .filter(isBlobKey)
        if (keys.length > 0) yield keys
        ;({ next } = page)
      } while (next !== undefined)
    },

    async sweepStaging(beforeAt, underWay) {
      const files = await staging.sweep(beforeAt, underWay)
      const old = { prefix, beforeAt, underWay: underWayBy(prefix, underWay) }
      const free = (signal: AbortSignal): Promise<number> => objects.abortUploads(old, signal)
      return files + (await reach('drop old uploads', limits.partMs, free))
    },

    linkTo: async (key, shown, expiresAt) =>
      reach('make a link', callMs, () => objects.link(nameOf(key), shown, expiresAt)),

    ask: () => reach('answer', askMs, (signal) => objects.ask(signal)),
  }
}

/** The same of objects' names, which all begin with `prefix`. */
function underWayBy(prefix: string, underWay: FilesUnderWay): FilesUnderWay {
  return async (names) => {
    const keys = await underWay(names.map((name) => name.slice(prefix.length)))
    return new Set([...keys].map((key) => prefix + key))
  }
}
