import { createHash } from 'node:crypto'
import { glob, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep, win32 } from 'node:path'
import type { DataSource, DataVersion } from './data-version.ts'
import type { CatalogDataset } from './dataset.ts'

/**
 * A `DataSource` of files below `folder`. A dataset's version changes when a file of its pattern comes, goes, or has
 * another size or time of change. A file that links to a place outside of it is refused, as the engine, which is
 * locked to that folder, would refuse it later and with less to say.
 */
export function createDataFolder(folder: string): DataSource {
  const root = resolve(folder)
  return {
    async versionOf(dataset) {
      const { pattern } = dataset.source
      if (leavesFolder(pattern)) {
        throw new Error(`The source of ${dataset.name}, ${pattern}, leaves the datasets folder ${root}`)
      }
      const files = await filesOf(root, dataset)
      if (files.length === 0) {
        throw new Error(`The source of ${dataset.name}, ${pattern}, matches no file in the datasets folder ${root}`)
      }
      return toVersion(root, dataset, files)
    },
  }
}

/** Whether a pattern can't be trusted to stay below a folder: it has a root or a drive, or goes up. */
export function leavesFolder(pattern: string): boolean {
  return isAbsolute(pattern) || win32.isAbsolute(pattern) || pattern.split(/[/\\{},]/).includes('..')
}

interface DataFile {
  readonly path: string
  readonly sizeBytes: number
  readonly changedAt: number
}

async function filesOf(root: string, dataset: CatalogDataset): Promise<readonly DataFile[]> {
  const paths: string[] = []
  for await (const match of glob(dataset.source.pattern, { cwd: root })) paths.push(join(root, match))
  const files = await Promise.all(paths.map((path) => toFile(path)))
  const found = files.filter((file) => file !== undefined)
  if (found.length > 0) await refuseOutsiders(await realpath(root), dataset, found)
  // By code unit: one order on every machine, whatever its language.
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** `undefined` for a folder, and for a file that went while we looked: it is no part of this version. */
async function toFile(path: string): Promise<DataFile | undefined> {
  const found = await stat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  return found?.isFile() === true ? { path, sizeBytes: found.size, changedAt: found.mtimeMs } : undefined
}

async function refuseOutsiders(realRoot: string, dataset: CatalogDataset, files: readonly DataFile[]): Promise<void> {
  for (const { path } of files) {
    const inside = relative(realRoot, await realpath(path))
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      throw new Error(`The source of ${dataset.name} has a file outside of the datasets folder: ${path}`)
    }
  }
}

function toVersion(root: string, { source }: CatalogDataset, files: readonly DataFile[]): DataVersion {
  const hash = createHash('sha256')
  for (const { path, sizeBytes, changedAt } of files) {
    hash.update(JSON.stringify([relative(root, path), sizeBytes, changedAt]))
  }
  return {
    id: hash.digest('hex').slice(0, 32),
    relation: { kind: 'files', format: source.format, paths: files.map(({ path }) => path) },
  }
}
