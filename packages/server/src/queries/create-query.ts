import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Owner } from '../kernel/owner.ts'
import { requireProgram } from '../datasets/require-program.ts'
import { checkText } from './check-text.ts'
import type { CheckTextDeps } from './check-text.ts'
import { listedSavedQuery } from './listed-query.ts'
import type { QueryStore } from './query-store.ts'
import type { ListedQuery, SavedQuery } from './saved-query.ts'

export interface CreateQueryDeps extends CheckTextDeps {
  readonly queries: QueryStore
  readonly clock: Clock
  readonly newId: NewId
  /** Saved queries that one client may have. */
  readonly queriesPerClient: number
}

export interface CreateQueryInput {
  readonly program: string
  readonly name: string | null
  readonly description: string | null
  readonly text: string | null
}

export interface CreatedQuery {
  readonly query: ListedQuery
  /** Extensions of the query language that the text uses; the real service knows none of them. */
  readonly extensions: readonly string[]
}

/**
 * Saves a query. Its text is checked first, so that what is saved runs. Two queries may have the same name.
 *
 * Raises `unknown_program`, `missing_value`, `invalid_query`, `query_quota`.
 */
export async function createQuery(deps: CreateQueryDeps, owner: Owner, input: CreateQueryInput): Promise<CreatedQuery> {
  const program = requireProgram(deps.catalog, input.program)
  const { name, text } = requireFields(input)
  const checked = checkText(deps, program, text)
  const query: SavedQuery = {
    id: deps.newId(),
    accountId: owner.accountId,
    clientId: owner.clientId,
    user: owner.user,
    program,
    name,
    description: input.description,
    text,
    createdAt: deps.clock.now(),
  }
  const outcome = await deps.queries.insertWithin(query, deps.queriesPerClient)
  if (outcome === 'limit_reached') throw new AppError('query_quota', { limit: deps.queriesPerClient })
  return { query: listedSavedQuery(query), extensions: checked.query.extensions }
}

function requireFields({ name, text }: CreateQueryInput): { readonly name: string; readonly text: string } {
  if (name && text) return { name, text }
  const fields = [name ? [] : 'Name', text ? [] : 'Query'].flat()
  throw new AppError('missing_value', { fields })
}
