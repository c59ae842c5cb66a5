import { operations } from '@almanac/api'
import type { ServeOnceDeps } from '../../idempotency/serve-once.ts'
import { createQuery, type CreateQueryDeps } from '../../queries/create-query.ts'
import { findQuery, type FindQueryDeps } from '../../queries/find-query.ts'
import type { ListedQuery } from '../../queries/saved-query.ts'
import { operationRoute } from '../operation-route.ts'
import { serveAskedOnce } from '../serve-asked-once.ts'
import { envelope } from '../wire/envelope.ts'
import { extensionDetails } from '../wire/extension-details.ts'
import { queryItem } from '../wire/query-item.ts'

const operation = operations.createQuery

export const createQueryRoute = (deps: CreateQueryDeps & FindQueryDeps & ServeOnceDeps) =>
  operationRoute(operation, (asked, reply) => {
    const { params, body, caller } = asked
    return serveAskedOnce(deps, operation, asked, reply, {
      async make(newId) {
        const { query, extensions } = await createQuery({ ...deps, newId }, caller(), {
          program: params.program,
          name: body.Name,
          description: body.Description ?? null,
          text: body.Query,
        })
        return answer(query, extensions)
      },
      async found(id) {
        const query = await findQuery(deps, caller(), params.program, id)
        return query && answer(query)
      },
    })
  })

function answer(query: ListedQuery, extensions: readonly string[] = []) {
  return envelope([queryItem(query)], 'Query created successfully', { details: extensionDetails(extensions) })
}
