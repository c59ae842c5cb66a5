import { operations } from '@almanac/api'
import { deleteQuery } from '../../queries/delete-query.ts'
import type { FindQueryDeps } from '../../queries/find-query.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { queryItem } from '../wire/query-item.ts'

export const deleteQueryRoute = (deps: FindQueryDeps) =>
  operationRoute(operations.deleteQuery, async ({ params, caller }) => {
    const query = await deleteQuery(deps, caller(), { program: params.program, id: params.queryId })
    return envelope([queryItem(query)], 'Query deleted successfully')
  })
