import { Type } from 'typebox'
import { queryExample } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { QueryItem } from '../schemas/query.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const deleteQuery = {
  id: 'deleteQuery',
  method: 'DELETE',
  path: '/insights/{version}/{program}/ScheduledQueries/{queryId}',
  versions: apiVersions,
  tag: 'Queries',
  summary: 'Delete a query',
  description: 'Reports that use it go on: each owns a copy of its text. A system query cannot be deleted (403).',
  roles: writers,
  params: Type.Object({ ...program, queryId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(QueryItem), 'Query deleted successfully', inEveryVersion([queryExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
