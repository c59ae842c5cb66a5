import type { Catalog } from './catalog.ts'
import { CatalogError } from './loading/catalog-error.ts'
import type { CatalogMistake } from './loading/catalog-error.ts'
import { checkDataset } from './loading/check-dataset.ts'
import { checkProgram } from './loading/check-program.ts'
import type { LoadedProgram } from './loading/check-program.ts'
import { readShapeChecks } from './loading/check-shape.ts'
import { createCatalog } from './loading/create-catalog.ts'
import { findCatalogFiles } from './loading/find-catalog-files.ts'
import { readYamlFile } from './loading/read-yaml-file.ts'
import { toDataset } from './loading/to-dataset.ts'
import { toSystemQueries } from './loading/to-system-queries.ts'

/**
 * Reads the catalog in `folder`: a folder per program, in it a YAML file per dataset and `system-queries.yaml`. Raises
 * one `CatalogError` with every mistake that it found, each with file, line and what to do.
 */
export async function loadCatalog(folder: string): Promise<Catalog> {
  const mistakes: CatalogMistake[] = []
  const shapes = await readShapeChecks()
  const datasets: LoadedProgram['datasets'][number][] = []
  const queries: LoadedProgram['queries'][number][] = []

  // File by file: YAML, then its shape, then whether its parts fit each other …
  for (const file of await findCatalogFiles(folder, mistakes)) {
    const yaml = await readYamlFile(file, mistakes)
    if (yaml === undefined) continue
    if (file.kind === 'systemQueries') {
      if (shapes.isSystemQueries(yaml)) queries.push(...toSystemQueries(yaml))
    } else if (shapes.isDataset(yaml)) {
      const before = mistakes.length
      checkDataset(yaml)
      if (mistakes.length === before) datasets.push({ yaml, dataset: toDataset(file.program, yaml.data) })
    }
  }

  // … and once all of them are right by themselves, whether they fit together.
  if (mistakes.length === 0) {
    for (const [program, members] of Map.groupBy(datasets, ({ dataset }) => dataset.program)) {
      checkProgram({ datasets: members, queries: queries.filter(({ query }) => query.program === program) })
    }
  }

  if (mistakes.length > 0) throw new CatalogError(folder, mistakes)
  return createCatalog(
    datasets.map(({ dataset }) => dataset),
    queries.map(({ query }) => query),
  )
}
