import type { FileRelation } from '@almanac/query'
import { glob } from 'node:fs/promises'
import { isAbsolute, join, resolve, win32 } from 'node:path'
import { invariant } from '../kernel/invariant.ts'
import { nameKey } from '../kernel/name-key.ts'
import { areUnchanged, fingerprint, lastChange, lookAtFiles } from './data-files.ts'
import type { DataFile } from './data-files.ts'
import type { DataSource, DataVersion } from './data-version.ts'
import type { CatalogDataset, DuckDbSource, FileSource } from './dataset.ts'
import { partitionColumnsOf } from './partition-columns.ts'

/**
 * A `DataSource` of files below `folder`: those of a pattern, or one that is a database. A dataset's version changes when
 * one of its files comes, goes, or has another size or time of change.
 */
export function createDataFolder(folder: string): DataSource {
  const root = resolve(folder)
  return {
    async versionOf(dataset) {
      const { source, name } = dataset
      invariant(source.kind === 'files' || source.kind === 'duckdb', `${name} is in the datasets folder`)
      const named = source.kind === 'files' ? source.pattern : source.database
      try {
        if (leavesFolder(named)) throw new Error(`leaves the datasets folder ${root}`)
        return await (source.kind === 'files' ? filesVersion(root, dataset, source) : tableVersion(root, source))
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        throw new Error(`The source of ${name}, ${named}, ${reason}`, { cause: error })
      }
    },
  }
}

/** Whether a path or pattern can't be trusted to stay below a folder: it has a root or a drive, or goes up. */
export function leavesFolder(pattern: string): boolean {
  return isAbsolute(pattern) || win32.isAbsolute(pattern) || pattern.split(/[/\\{},]/).includes('..')
}

async function filesVersion(root: string, dataset: CatalogDataset, source: FileSource): Promise<DataVersion> {
  const { format, pattern, delimiter } = source
  const found: string[] = []
  for await (const match of glob(pattern, { cwd: root })) found.push(join(root, match))
  // By code unit: one order on every machine, whatever its language.
  const files = await lookAtFiles(root, found.sort())
  if (files.length === 0) throw new Error(`matches no file in the datasets folder ${root}`)
  // The engine looks for the header in the first file; one without a byte has none, and no rows either.
  const readable = format === 'csv' ? files.filter(({ sizeBytes }) => sizeBytes > 0) : files
  if (readable.length === 0) throw new Error('matches only empty files, in which not even a header stands')

  const paths = readable.map(({ path }) => path)
  const partitionColumns = partitionColumnsOf(root, dataset, paths)
  const relation: FileRelation = {
    kind: 'files',
    format,
    paths,
    ...(delimiter !== undefined && { delimiter }),
    ...(partitionColumns.length > 0 && { partitionColumns }),
  }
  const byPath = new Map(files.map((file) => [file.path, file]))
  return {
    ...versionOf(root, files),
    relation,
    // Text is read from start to end, whosever rows are asked for.
    ...(format !== 'parquet' && !isPartedBy(dataset.accountColumn, partitionColumns) && { accountReadShare: 1 }),
    isUnchanged: (read) => {
      invariant(read.kind === 'files', 'what is read of files are files')
      return areUnchanged(read.paths.flatMap((path) => byPath.get(path) ?? []))
    },
  }
}

function isPartedBy(accountColumn: string | undefined, partitionColumns: readonly string[]): boolean {
  return partitionColumns.some((column) => accountColumn !== undefined && nameKey(column) === nameKey(accountColumn))
}

/** What a writer has not merged into its database yet stands in a file beside it, and is read too. */
const walEnding = '.wal'

async function tableVersion(root: string, { database, schema, table }: DuckDbSource): Promise<DataVersion> {
  const path = join(root, database)
  const files = await lookAtFiles(root, [path, `${path}${walEnding}`])
  if (files[0]?.path !== path) throw new Error(`is no file in the datasets folder ${root}`)
  return {
    ...versionOf(root, files),
    relation: { kind: 'duckdb', database: path, schema, table },
    isUnchanged: async () => {
      const now = await lookAtFiles(root, [path, `${path}${walEnding}`])
      return fingerprint(root, now) === fingerprint(root, files)
    },
  }
}

function versionOf(root: string, files: readonly DataFile[]): Pick<DataVersion, 'id' | 'createdAt' | 'rows'> {
  return { id: fingerprint(root, files), createdAt: lastChange(files), rows: null }
}
