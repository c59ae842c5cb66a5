import type { QueryItem } from '@almanac/api'
import { toWireTime } from '../../kernel/hours.ts'
import type { ListedQuery } from '../../queries/saved-query.ts'

/** A query as both versions show it. A saved query never changes, so there is no time of modification. */
export function queryItem(query: ListedQuery): QueryItem {
  return {
    queryId: query.id,
    name: query.name,
    description: query.description,
    query: query.text,
    type: query.type,
    user: query.user,
    createdTime: toWireTime(query.createdAt),
    modifiedTime: null,
  }
}
