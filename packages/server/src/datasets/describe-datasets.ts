import type { Owner } from '../kernel/owner.ts'
import type { DataSource, DataVersion } from './data-version.ts'
import type { CatalogDataset } from './dataset.ts'
import { listDatasets } from './list-datasets.ts'
import type { ListDatasetsDeps, ListDatasetsInput } from './list-datasets.ts'
import type { RowCounts } from './row-counts.ts'

export interface DescribeDatasetsDeps extends ListDatasetsDeps {
  readonly data: DataSource
  readonly rowCounts: RowCounts
}

/** A dataset with what is known of its rows. */
export interface DescribedDataset {
  readonly dataset: CatalogDataset
  /** Null for a dataset that has no data. */
  readonly version: DataVersion | null
  /** The owner's own rows where rows have owners; null without data, and when counting takes too long. */
  readonly rowCount: number | null
}

/**
 * The datasets of a program, in the catalog's order, each with its data version and the number of its rows that the
 * owner may see. Raises `unknown_program`; `not_found` for a name it lacks. A dataset whose data are missing is described
 * without them.
 */
export function describeDatasets(
  deps: DescribeDatasetsDeps,
  owner: Owner,
  input: ListDatasetsInput,
): Promise<readonly DescribedDataset[]> {
  return Promise.all(listDatasets(deps, input).map((dataset) => describeDataset(deps, owner, dataset)))
}

async function describeDataset(
  { data, rowCounts }: DescribeDatasetsDeps,
  { accountId }: Owner,
  dataset: CatalogDataset,
): Promise<DescribedDataset> {
  // Whatever is wrong with the data of one dataset, the others can be described, and it shows in the queries.
  const version = await data.versionOf(dataset).catch(() => null)
  const rowCount = version === null ? null : await rowCounts.of(dataset, version, accountId)
  return { dataset, version, rowCount }
}
