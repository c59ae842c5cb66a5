import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeFolder, syncFile, syncFolder, writeDurably } from '../../kernel/durable-file.ts'
import { ifThere } from '../../kernel/if-there.ts'
import { lockFolder, type Unlock } from '../../kernel/lock-folder.ts'
import type { CatalogDataset } from '../dataset.ts'
import type { Contents } from './contents.ts'
import type { DatasetVersion } from './dataset-version.ts'

/**
 * The versions of one dataset on disk:
 *
 *   current              which versions there are and which is in force: the one file that is ever replaced
 *   versions/<n>.json    what version n consists of
 *   parts/<name>         Parquet files; several versions may share one
 *   staging/             what a load is at
 *   lock                 held by a load
 *
 * Everything is written under a name that nothing refers to yet, and synced; then `current` is replaced. A process that
 * dies in between leaves the old version in force, and files that the next load removes.
 */
export interface VersionFolder {
  /** Where a load may write. */
  readonly stagingFolder: string
  /** Undefined until something was loaded. */
  contents(): Promise<Contents | undefined>
  version(number: number): Promise<DatasetVersion>
  partPath(name: string): string

  /** Takes the lock, and makes the folders; undefined while another load has it. All that follows needs it. */
  lock(): Promise<Unlock | undefined>
  /** Moves a synced file out of `stagingFolder` to where parts are. */
  keepPart(stagedPath: string, name: string): Promise<void>
  describeVersion(version: DatasetVersion): Promise<void>
  /** The switch: before it the old contents hold, after it the new ones. */
  putContents(contents: Contents): Promise<void>
  /** Removes what `contents` doesn't name. */
  sweep(contents: Contents | undefined): Promise<void>
}

export function versionFolder(
  loadedFolder: string,
  { program, name }: Pick<CatalogDataset, 'program' | 'name'>,
): VersionFolder {
  const folder = resolve(loadedFolder, program, name)
  const partsFolder = join(folder, 'parts')
  const versionsFolder = join(folder, 'versions')
  const stagingFolder = join(folder, 'staging')
  const currentFile = join(folder, 'current')
  const partPath = (part: string): string => join(partsFolder, part)
  const versionFile = (number: number): string => join(versionsFolder, `${number}.json`)

  const version = (number: number): Promise<DatasetVersion> => readJson<DatasetVersion>(versionFile(number))

  return {
    stagingFolder,
    partPath,
    version,

    contents: () => ifThere(readJson<Contents>(currentFile)),

    async lock() {
      await mkdir(folder, { recursive: true })
      const unlock = lockFolder(folder)
      if (unlock === undefined) return undefined
      try {
        for (const made of [partsFolder, versionsFolder, stagingFolder]) await makeFolder(made)
        // Also the folders above it may be new, and a version in a folder that is lost in a power cut is lost.
        for (const above of [folder, join(folder, '..'), loadedFolder, join(loadedFolder, '..')])
          await syncFolder(above)
      } catch (error) {
        unlock()
        throw error
      }
      return unlock
    },

    async keepPart(stagedPath, part) {
      await syncFile(stagedPath)
      await rename(stagedPath, partPath(part))
      await syncFolder(partsFolder)
    },

    describeVersion: (described) =>
      writeDurably(versionFile(described.number), toText(described), join(stagingFolder, 'version')),

    putContents: (contents) => writeDurably(currentFile, toText(contents), join(stagingFolder, 'current')),

    async sweep(contents) {
      const versions = await Promise.all((contents?.kept ?? []).map(({ number }) => version(number)))
      await removeAllBut(stagingFolder, [])
      await removeAllBut(
        versionsFolder,
        versions.map(({ number }) => `${number}.json`),
      )
      await removeAllBut(
        partsFolder,
        versions.flatMap(({ parts }) => parts.map((part) => part.name)),
      )
    },
  }
}

async function removeAllBut(folder: string, keep: readonly string[]): Promise<void> {
  const names = (await ifThere(readdir(folder))) ?? []
  for (const name of names) {
    if (!keep.includes(name)) await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function readJson<Content>(file: string): Promise<Content> {
  const text = await readFile(file, 'utf8')
  try {
    return JSON.parse(text) as Content
  } catch (cause) {
    throw new Error(`${file} is damaged: it is no JSON`, { cause })
  }
}

function toText(content: Contents | DatasetVersion): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
