import type { Relation } from '@almanac/query'
import type { CatalogDataset } from './dataset.ts'

/**
 * The rows of a dataset as they are at one moment: the exact files, and an id that changes when any of them does. Or a table
 * of Trino as it is from moment to moment: it has no id.
 */
export interface DataVersion {
  readonly id: string | null
  readonly relation: Relation
  /** When the data came to be as they are: loaded, or last changed. Null where nobody knows. */
  readonly createdAt: number | null
  /** All rows, of every account; null where that isn't known without reading them. */
  readonly rows: number | null
  /** The part of all rows that the engine reads for those of one account, from 0 to 1. Absent where that isn't known. */
  readonly accountReadShare?: number
  /**
   * Whether all that `read` names, the relation or a part of it, is still what it was when this version was resolved.
   * Absent where nothing can change.
   */
  readonly isUnchanged?: (read: Relation) => Promise<boolean>
}

/** Port: knows where the rows of a dataset are. */
export interface DataSource {
  /** Resolves the files or the table of a dataset now. Throws an `Error` that says in words why it can't be read. */
  versionOf(dataset: CatalogDataset): Promise<DataVersion>
}
