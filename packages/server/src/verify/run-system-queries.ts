import { checkQuery } from '@almanac/query'
import type { Catalog } from '../datasets/catalog.ts'
import type { DataSource } from '../datasets/data-version.ts'
import type { CatalogDataset } from '../datasets/dataset.ts'
import type { YamlFile } from '../datasets/loading/read-yaml-file.ts'
import { runText, type RunDeps } from './run-dataset.ts'

/** Runs the system queries of a program whose dataset is sound; a dataset with mistakes has been complained about. */
export async function runSystemQueries(
  deps: RunDeps & { readonly data: DataSource },
  catalog: Catalog,
  sound: ReadonlySet<CatalogDataset>,
  { file, complain }: YamlFile,
): Promise<void> {
  const datasets = catalog.datasetsOf(file.program)
  for (const [index, { text }] of catalog.systemQueriesOf(file.program).entries()) {
    const checked = checkQuery(text, { datasets, profile: 'partner-center' })
    const dataset = checked.ok ? catalog.findDataset(file.program, checked.query.datasetName) : undefined
    if (dataset === undefined || !sound.has(dataset)) continue
    const { relation } = await deps.data.versionOf(dataset)
    const failure = await runText(deps, datasets, relation, '', text)
    if (failure !== undefined) complain(['queries', index, 'text'], `the query fails: ${failure}`)
  }
}
