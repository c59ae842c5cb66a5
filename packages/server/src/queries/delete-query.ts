import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import type { Owner } from '../kernel/owner.ts'
import { findQuery } from './find-query.ts'
import type { FindQueryDeps } from './find-query.ts'
import type { ListedQuery } from './saved-query.ts'

export interface DeleteQueryInput {
  readonly program: string
  readonly id: string
}

/**
 * Deletes a query of the account and gives it back. Reports made from it go on: they own a copy of its text.
 *
 * Raises `unknown_program`; `not_found`; `forbidden` for a system query.
 */
export async function deleteQuery(deps: FindQueryDeps, owner: Owner, input: DeleteQueryInput): Promise<ListedQuery> {
  const query = await findQuery(deps, owner, input.program, input.id)
  if (query?.type === 'system') {
    throw new AppError('forbidden', { sentence: `The query ${query.id} is a system query and cannot be deleted.` })
  }
  if (query === undefined) throw new AppError('not_found', {})
  const program = requireProgram(deps.catalog, input.program)
  // Two requests may both have found it; the store lets only one of them delete it.
  const outcome = await deps.queries.delete(owner.accountId, program, query.id)
  if (outcome === 'not_found') throw new AppError('not_found', {})
  return query
}
