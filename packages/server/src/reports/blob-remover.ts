/** Removes files of executions that no row names any more. Never rejects: an orphan is removed by retention later. */
export type BlobRemover = (blobKeys: readonly string[]) => Promise<void>
