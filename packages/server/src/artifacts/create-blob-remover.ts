import type { BlobStore } from './blob-store.ts'

/** Removes files one after the other; one that can't be removed now is told to `onError` and left to retention. */
export function createBlobRemover(
  blobs: BlobStore,
  onError: (error: unknown) => void,
): (blobKeys: readonly string[]) => Promise<void> {
  return async (blobKeys) => {
    for (const key of blobKeys) await blobs.delete(key).catch(onError)
  }
}
