import type { Catalog } from '../datasets/catalog.ts'
import { requireProgram } from '../datasets/require-program.ts'
import type { Owner } from '../kernel/owner.ts'
import { listedSavedQuery, listedSystemQuery } from './listed-query.ts'
import type { QueryStore } from './query-store.ts'
import type { ListedQuery } from './saved-query.ts'

export interface FindQueryDeps {
  readonly catalog: Catalog
  readonly queries: QueryStore
}

/**
 * The system query or the account's own query with this id; undefined when there is none, or when it is another
 * account's. Raises `unknown_program`.
 */
export async function findQuery(
  { catalog, queries }: FindQueryDeps,
  owner: Owner,
  program: string,
  id: string,
): Promise<ListedQuery | undefined> {
  const declared = requireProgram(catalog, program)
  const system = catalog.systemQueriesOf(declared).find((query) => query.id === id)
  if (system) return listedSystemQuery(system)
  const own = await queries.find(owner.accountId, declared, id)
  return own && listedSavedQuery(own)
}
