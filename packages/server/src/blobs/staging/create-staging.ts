import { mkdirSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesUnderWay } from '../../artifacts/blob-store.ts'
import { ifThere } from '../../kernel/if-there.ts'
import { blobKey } from './blob-key.ts'

/** Files in the making, on local disk: whatever a store is, an engine writes to a file. */
export interface Staging {
  /** All that an engine has to be able to write to. */
  readonly folder: string
  path(key: string): string
  /** Succeeds when there is none. */
  discard(key: string): Promise<void>
  /** Removes files not modified since `beforeAt` that are not under way. Returns how many. */
  sweep(beforeAt: number, underWay: FilesUnderWay): Promise<number>
}

/** Keeps files in the making in `folder`, and makes it. */
export function createStaging(folder: string): Staging {
  mkdirSync(folder, { recursive: true })
  const path = (key: string): string => join(folder, blobKey(key))
  return {
    folder,
    path,
    discard: (key) => rm(path(key), { force: true }),
    async sweep(beforeAt, underWay) {
      const old: string[] = []
      for (const name of await readdir(folder)) {
        // Its worker may publish it while we look.
        const found = await ifThere(stat(join(folder, name)))
        if (found !== undefined && found.mtimeMs < beforeAt) old.push(name)
      }
      const making = await underWay(old)
      const left = old.filter((name) => !making.has(name))
      // An engine may make a folder beside the file that it writes.
      for (const name of left) await rm(join(folder, name), { recursive: true, force: true })
      return left.length
    },
  }
}
