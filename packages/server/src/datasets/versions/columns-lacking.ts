import type { CatalogDataset } from '../dataset.ts'
import type { DatasetVersion } from './dataset-version.ts'

/**
 * The columns of a dataset that a version lacks or holds in another type: the catalog has changed since it was loaded.
 * Columns that the dataset has no more don't matter.
 */
export function columnsLacking(dataset: Pick<CatalogDataset, 'columns'>, version: DatasetVersion): readonly string[] {
  return dataset.columns
    .filter(({ name, type }) => !version.columns.some((stored) => stored.name === name && stored.type === type))
    .map(({ name }) => name)
}
