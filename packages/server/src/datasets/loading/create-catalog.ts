import type { Catalog } from '../catalog.ts'
import type { CatalogDataset, SystemQuery } from '../dataset.ts'

/** The catalog of the given datasets and queries; its programs are those of the datasets, in their order. */
export function createCatalog(datasets: readonly CatalogDataset[], systemQueries: readonly SystemQuery[]): Catalog {
  const ofProgram = Map.groupBy(datasets, ({ program }) => key(program))
  const queriesOfProgram = Map.groupBy(systemQueries, ({ program }) => key(program))
  // A name wins over an older name; the loader refuses a catalog in which the two meet.
  const byName = new Map(
    [
      ...datasets.flatMap((dataset) => dataset.nameAliases.map((alias) => [alias, dataset] as const)),
      ...datasets.map((dataset) => [dataset.name, dataset] as const),
    ].map(([name, dataset]) => [`${key(dataset.program)}/${key(name)}`, dataset]),
  )
  return {
    programs: [...new Set(datasets.map(({ program }) => program))],
    datasetsOf: (program) => ofProgram.get(key(program)) ?? [],
    findDataset: (program, name) => byName.get(`${key(program)}/${key(name)}`),
    systemQueriesOf: (program) => queriesOfProgram.get(key(program)) ?? [],
  }
}

function key(name: string): string {
  return name.toLowerCase()
}
