import { operations } from '@almanac/api'
import { createQuery, type CreateQueryDeps } from '../../queries/create-query.ts'
import { operationRoute } from '../operation-route.ts'
import { envelope } from '../wire/envelope.ts'
import { extensionDetails } from '../wire/extension-details.ts'
import { queryItem } from '../wire/query-item.ts'

export const createQueryRoute = (deps: CreateQueryDeps) =>
  operationRoute(operations.createQuery, async ({ params, body, caller }) => {
    const { query, extensions } = await createQuery(deps, caller(), {
      program: params.program,
      name: body.Name,
      description: body.Description ?? null,
      text: body.Query,
    })
    return envelope([queryItem(query)], 'Query created successfully', { details: extensionDetails(extensions) })
  })
