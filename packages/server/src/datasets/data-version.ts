import type { Relation } from '@almanac/query'
import type { CatalogDataset } from './dataset.ts'

/** The rows of a dataset as they are at one moment: the exact files, and an id that changes when any of them does. */
export interface DataVersion {
  readonly id: string
  readonly relation: Relation
}

/** Port: knows where the rows of a dataset are. */
export interface DataSource {
  /** Resolves the files of a dataset now. Throws an `Error` that names the pattern when there is none. */
  versionOf(dataset: CatalogDataset): Promise<DataVersion>
}
