import { checkQuery } from '@almanac/query'
import type { CheckedQuery, Profile } from '@almanac/query'
import type { Catalog } from '../datasets/catalog.ts'
import type { CatalogDataset } from '../datasets/dataset.ts'
import { AppError } from '../kernel/app-error.ts'
import { invariant } from '../kernel/invariant.ts'

export interface CheckTextDeps {
  readonly catalog: Catalog
  readonly profile: Profile
}

/** A query text that is right for its program, with the dataset that it reads. */
export interface CheckedText {
  readonly query: CheckedQuery
  readonly dataset: CatalogDataset
}

/**
 * Checks a query text against the datasets of a program (as the catalog spells it). Raises `invalid_query` with
 * everything that is wrong: unknown dataset, unknown column, syntax, meaning.
 */
export function checkText({ catalog, profile }: CheckTextDeps, program: string, text: string): CheckedText {
  const result = checkQuery(text, { datasets: catalog.datasetsOf(program), profile })
  if (!result.ok) throw new AppError('invalid_query', { diagnostics: result.diagnostics })
  const dataset = catalog.findDataset(program, result.query.datasetName)
  invariant(dataset, `the checked dataset ${result.query.datasetName} is in the catalog`)
  return { query: result.query, dataset }
}
