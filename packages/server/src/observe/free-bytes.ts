import { statfs } from 'node:fs/promises'

/** Asks how much of a folder's disk an ordinary user can still write. */
export function freeBytesIn(folder: string): () => Promise<number> {
  return async () => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  }
}
