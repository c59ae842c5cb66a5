import type { CatalogDataset, SystemQuery } from './dataset.ts'

/** All that an operator has declared, read once at start. Names match in any case. */
export interface Catalog {
  /** Path segments under `/insights/{version}/`: `cmp`, `mpn`. */
  readonly programs: readonly string[]
  datasetsOf(program: string): readonly CatalogDataset[]
  /** Finds by name or by an older name of the dataset. */
  findDataset(program: string, name: string): CatalogDataset | undefined
  systemQueriesOf(program: string): readonly SystemQuery[]
}
