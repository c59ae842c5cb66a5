import type { CatalogMistake } from '../datasets/loading/catalog-error.ts'
import type { YamlPath } from '../datasets/loading/read-yaml-file.ts'

/** What was found about a catalog's data. */
export interface Findings {
  /** What keeps queries from running, or makes their answers wrong. */
  readonly mistakes: readonly CatalogMistake[]
  /** What may be meant so. */
  readonly notes: readonly CatalogMistake[]
}

/** Where one file of the catalog is told what was found. A path leads to the line, or to the nearest part above it. */
export interface FileFindings {
  readonly complain: (path: YamlPath, message: string) => void
  readonly note: (path: YamlPath, message: string) => void
}
