import { operations } from '@almanac/api'
import type { FindQueryDeps } from '../../queries/find-query.ts'
import { listQueries, type ListQueriesInput } from '../../queries/list-queries.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'
import { queryItem } from '../wire/query-item.ts'

export interface ListQueriesRouteDeps extends FindQueryDeps {
  readonly publicUrl: () => string
}

export const listQueriesRoute = (deps: ListQueriesRouteDeps) =>
  operationRoute(operations.listQueries, async ({ params, query, url, caller }) => {
    const top = query.$top ?? defaultTop
    const { items, nextCursor } = await listQueries(deps, caller(), {
      program: params.program,
      id: query.queryId ?? null,
      name: query.queryName ?? null,
      system: systemQueries(query.includeSystemQueries ?? true, query.includeOnlySystemQueries ?? false),
      top,
      cursor: query.$skipToken ?? null,
    })
    return envelope(items.map(queryItem), 'Query fetched successfully', {
      nextLink: nextLink({ publicUrl: deps.publicUrl(), url, top }, nextCursor),
    })
  })

/** "Only" is the narrower wish, so it wins over the other flag. */
function systemQueries(include: boolean, only: boolean): ListQueriesInput['system'] {
  if (only) return 'only'
  return include ? 'include' : 'exclude'
}
