import { AppError } from '../../kernel/app-error.ts'
import type { DataSource, DataVersion } from '../data-version.ts'
import type { CatalogDataset } from '../dataset.ts'
import { columnsLacking } from './columns-lacking.ts'
import type { DatasetVersion } from './dataset-version.ts'
import { versionFolder, type VersionFolder } from './version-folder.ts'

/**
 * A `DataSource` of loaded versions: a dataset is read from the one in force, and from `otherwise` until one was loaded.
 *
 * Which one is in force is read from disk each time, so that a load by another process holds from the next query on. What
 * a version consists of never changes, so that is read once.
 */
export function createLoadedData(loadedFolder: string, otherwise: DataSource): DataSource {
  const lastRead = new Map<string, DatasetVersion>()

  async function read(dataset: CatalogDataset, folder: VersionFolder): Promise<DatasetVersion | undefined> {
    const contents = await folder.contents()
    if (contents === undefined) return undefined
    const inForce = contents.kept.find(({ number }) => number === contents.current)
    const key = `${dataset.program}/${dataset.name}`
    const known = lastRead.get(key)
    if (known !== undefined && known.id === inForce?.id) return known
    const version = await folder.version(contents.current)
    lastRead.set(key, version)
    return version
  }

  return {
    async versionOf(dataset) {
      const folder = versionFolder(loadedFolder, dataset)
      const version = await read(dataset, folder)
      if (version !== undefined) return toDataVersion(dataset, folder, version)
      if (dataset.source.kind === 'loaded') throw new AppError('no_data_yet', { dataset: dataset.name })
      return otherwise.versionOf(dataset)
    },
  }
}

function toDataVersion(dataset: CatalogDataset, folder: VersionFolder, version: DatasetVersion): DataVersion {
  const lacking = columnsLacking(dataset, version)
  if (lacking.length > 0) {
    throw new Error(
      `Version ${version.id} of ${dataset.name} was loaded before the catalog had ${lacking.join(', ')} as it has now: load the dataset again`,
    )
  }
  return {
    id: version.id,
    relation: {
      kind: 'files',
      format: 'parquet',
      paths: version.parts.map(({ name }) => folder.partPath(name)),
      spellings: version.spellings,
    },
    createdAt: version.createdAt,
    rows: version.rows,
  }
}
