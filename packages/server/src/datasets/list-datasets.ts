import { AppError } from '../kernel/app-error.ts'
import type { Catalog } from './catalog.ts'
import type { CatalogDataset } from './dataset.ts'
import { requireProgram } from './require-program.ts'

export interface ListDatasetsDeps {
  readonly catalog: Catalog
}

export interface ListDatasetsInput {
  readonly program: string
  /** Null: all of the program. An older name of a dataset finds it too. */
  readonly datasetName: string | null
}

/** The datasets of a program, in the catalog's order. Raises `unknown_program`; `not_found` for a name it lacks. */
export function listDatasets({ catalog }: ListDatasetsDeps, input: ListDatasetsInput): readonly CatalogDataset[] {
  const program = requireProgram(catalog, input.program)
  if (input.datasetName === null) return catalog.datasetsOf(program)
  const dataset = catalog.findDataset(program, input.datasetName)
  if (dataset === undefined) throw new AppError('not_found', {})
  return [dataset]
}
