import { Type } from 'typebox'
import { queryExample } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { paging, program } from '../schemas/parameters.ts'
import { QueryItem } from '../schemas/query.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listQueries = {
  id: 'listQueries',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledQueries',
  versions: apiVersions,
  tag: 'Queries',
  summary: 'List queries',
  description: "The account's own queries, newest first, and the system queries that every account may use.",
  roles: readers,
  params: Type.Object(program),
  query: Type.Object({
    queryId: Type.Optional(Type.String()),
    queryName: Type.Optional(Type.String({ description: 'The whole name, in any case.' })),
    includeSystemQueries: Type.Optional(Type.Boolean({ default: true })),
    includeOnlySystemQueries: Type.Optional(Type.Boolean({ default: false })),
    ...paging,
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(QueryItem), 'Query fetched successfully', inEveryVersion([queryExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
