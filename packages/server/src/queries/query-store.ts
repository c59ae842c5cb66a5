import type { Page, PageRequest } from '../kernel/page.ts'
import type { SavedQuery } from './saved-query.ts'

/** Port: keeps saved queries. Everything is asked for by account: no call can reach another one's. */
export interface QueryStore {
  /** Adds a query unless its client has `limit` already; both in one transaction, so that two at once can't pass. */
  insertWithin(query: SavedQuery, limit: number): Promise<'inserted' | 'limit_reached'>
  find(accountId: string, program: string, id: string): Promise<SavedQuery | undefined>
  /** Newest first. `name` matches the whole name, in any case. */
  list(accountId: string, program: string, filter: QueryFilter, page: PageRequest): Promise<Page<SavedQuery>>
  delete(accountId: string, program: string, id: string): Promise<'deleted' | 'not_found'>
}

export interface QueryFilter {
  readonly id?: string
  readonly name?: string
}
