import { requireProgram } from '../datasets/require-program.ts'
import { AppError } from '../kernel/app-error.ts'
import { brokenCursor, decodeCursor, encodeCursor } from '../kernel/cursor.ts'
import type { Owner } from '../kernel/owner.ts'
import type { PageCursor } from '../kernel/page.ts'
import { nameKey } from '../kernel/name-key.ts'
import type { FindQueryDeps } from './find-query.ts'
import { listedSavedQuery, listedSystemQuery } from './listed-query.ts'
import type { QueryFilter } from './query-store.ts'
import type { ListedQuery } from './saved-query.ts'

export interface ListQueriesInput {
  readonly program: string
  readonly id: string | null
  /** The whole name, in any case. */
  readonly name: string | null
  readonly system: 'include' | 'exclude' | 'only'
  /** Queries on a page, at least 1. */
  readonly top: number
  /** `nextCursor` of the page before. */
  readonly cursor: string | null
}

export interface QueryList {
  readonly items: readonly ListedQuery[]
  /** Null when there is no more. */
  readonly nextCursor: string | null
}

/** The last query of the page before. The list has two parts, each in an order of its own. */
interface Position {
  readonly part: ListedQuery['type']
  readonly after: PageCursor
}

/**
 * One page of the queries that the account may run: the system queries in the catalog's order, then its own, newest
 * first. Raises `unknown_program`; `invalid_request` for a broken cursor; `not_found` when a filter finds nothing.
 */
export async function listQueries(deps: FindQueryDeps, owner: Owner, input: ListQueriesInput): Promise<QueryList> {
  const program = requireProgram(deps.catalog, input.program)
  const position = input.cursor === null ? null : decodePosition(input.cursor)

  const system = listSystem(deps, program, input, position)
  // One more than the page holds: whether it is there decides if there is a next page.
  const missing = input.top + 1 - system.length
  const own = missing > 0 ? await listOwn(deps, owner, program, input, position, missing) : []

  const found = [...system, ...own]
  if (found.length === 0 && position === null && (input.id !== null || input.name !== null)) {
    throw new AppError('not_found', {})
  }
  const items = found.slice(0, input.top)
  const last = items.at(-1)
  return { items, nextCursor: last && found.length > input.top ? encodePosition(last) : null }
}

function listSystem(
  { catalog }: FindQueryDeps,
  program: string,
  input: ListQueriesInput,
  position: Position | null,
): readonly ListedQuery[] {
  if (input.system === 'exclude' || position?.part === 'userDefined') return []
  const wanted = input.name === null ? null : nameKey(input.name)
  const matching = catalog
    .systemQueriesOf(program)
    .filter((query) => input.id === null || query.id === input.id)
    .filter((query) => wanted === null || nameKey(query.name) === wanted)
  // One that has left the catalog since is at -1: the list starts over rather than leaving queries out.
  const after = matching.findIndex((query) => query.id === position?.after.id)
  return matching.slice(after + 1).map(listedSystemQuery)
}

async function listOwn(
  { queries }: FindQueryDeps,
  owner: Owner,
  program: string,
  input: ListQueriesInput,
  position: Position | null,
  top: number,
): Promise<readonly ListedQuery[]> {
  if (input.system === 'only') return []
  const filter: QueryFilter = {
    ...(input.id !== null && { id: input.id }),
    ...(input.name !== null && { name: input.name }),
  }
  const after = position?.part === 'userDefined' ? position.after : null
  const page = await queries.list(owner.accountId, program, filter, { top, after })
  return page.items.map(listedSavedQuery)
}

function encodePosition(last: ListedQuery): string {
  return `${last.type}.${encodeCursor(last)}`
}

function decodePosition(text: string): Position {
  const [part, cursor] = text.split('.', 2)
  if ((part !== 'system' && part !== 'userDefined') || cursor === undefined) throw brokenCursor()
  return { part, after: decodeCursor(cursor) }
}
