import { nearestName } from '@almanac/query'
import { AppError } from '../../kernel/app-error.ts'
import type { Catalog } from '../catalog.ts'
import type { CatalogDataset } from '../dataset.ts'
import { requireProgram } from '../require-program.ts'

/** The dataset that an operator names. Raises `unknown_program`; `not_found`, with the name that comes closest. */
export function requireDataset(catalog: Catalog, givenProgram: string, name: string): CatalogDataset {
  const program = requireProgram(catalog, givenProgram)
  const dataset = catalog.findDataset(program, name)
  if (dataset !== undefined) return dataset
  const near = nearestName(
    name,
    catalog.datasetsOf(program).map((known) => known.name),
  )
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  throw new AppError('not_found', {
    sentence: `No item found with given filters. ${program} has no dataset ${JSON.stringify(name)}.${hint}`,
  })
}
