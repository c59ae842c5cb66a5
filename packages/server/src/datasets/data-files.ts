import { createHash } from 'node:crypto'
import { lstat, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { ifThere } from '../kernel/if-there.ts'

/** A file as it was when it was looked at: another size or time of change means other content. */
export interface DataFile {
  readonly path: string
  readonly sizeBytes: number
  readonly changedAt: number
}

// Each call takes one of four threads, so more only wait in a longer line.
const atOnce = 32

/**
 * Looks at files. Left out are folders, and what went while we looked: it is no part of this version.
 *
 * Throws for a file that lies or links outside of `root`; the engine, which is locked to that folder, would refuse it
 * later and with less to say.
 */
export async function lookAtFiles(root: string, paths: readonly string[]): Promise<readonly DataFile[]> {
  const isInside = await insideOf(root)
  const files = await mapAtMost(paths, atOnce, async (path) => {
    const found = await lookAt(path)
    if (found !== undefined && !(await isInside(path, found.isLink))) {
      throw new Error(`has a file outside of the datasets folder ${root}, by a link: ${path}`)
    }
    return found?.file
  })
  return files.filter((file) => file !== undefined)
}

/** Whether each of these files is still as it was, and still there. */
export async function areUnchanged(files: readonly DataFile[]): Promise<boolean> {
  const unchanged = await mapAtMost(files, atOnce, async ({ path, sizeBytes, changedAt }) => {
    const found = await ifThere(stat(path))
    return found !== undefined && found.size === sizeBytes && found.mtimeMs === changedAt
  })
  return unchanged.every(Boolean)
}

/** An id of files: it changes when one of them comes, goes, or has another name below `root`, size or time of change. */
export function fingerprint(root: string, files: readonly DataFile[]): string {
  const hash = createHash('sha256')
  for (const { path, sizeBytes, changedAt } of files) {
    hash.update(JSON.stringify([relative(root, path), sizeBytes, changedAt]))
  }
  return hash.digest('hex').slice(0, 32)
}

/** When the last of these files was changed; epoch milliseconds. */
export function lastChange(files: readonly DataFile[]): number {
  return Math.trunc(files.reduce((latest, { changedAt }) => Math.max(latest, changedAt), 0))
}

async function lookAt(path: string): Promise<{ readonly file: DataFile; readonly isLink: boolean } | undefined> {
  const here = await ifThere(lstat(path))
  const isLink = here?.isSymbolicLink() === true
  const found = isLink ? await ifThere(stat(path)) : here
  if (found?.isFile() !== true) return undefined
  return { file: { path, sizeBytes: found.size, changedAt: found.mtimeMs }, isLink }
}

/** Tells whether a file is really below a folder. Each folder is followed once: there are many files in few of them. */
async function insideOf(root: string): Promise<(path: string, isLink: boolean) => Promise<boolean>> {
  const realRoot = await realpath(root).catch(() => root)
  const realFolders = new Map<string, Promise<string>>()
  const realFolder = (folder: string): Promise<string> => {
    const known = realFolders.get(folder) ?? realpath(folder)
    realFolders.set(folder, known)
    return known
  }
  return async (path, isLink) => {
    const real = isLink ? await realpath(path) : join(await realFolder(dirname(path)), basename(path))
    const inside = relative(realRoot, real)
    return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
  }
}

async function mapAtMost<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  const waiting = items.entries()
  const takeTurns = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, takeTurns))
  return results
}
