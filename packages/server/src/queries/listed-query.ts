import type { SystemQuery } from '../datasets/dataset.ts'
import type { ListedQuery, SavedQuery } from './saved-query.ts'

/** A saved query as it is shown. */
export function listedSavedQuery(query: SavedQuery): ListedQuery {
  const { id, name, description, text, user, createdAt } = query
  return { id, name, description, text, type: 'userDefined', user, createdAt }
}

/** A query of the catalog as it is shown: no client made it. */
export function listedSystemQuery(query: SystemQuery): ListedQuery {
  const { id, name, description, text, createdAt } = query
  return { id, name, description, text, type: 'system', user: 'system', createdAt }
}
