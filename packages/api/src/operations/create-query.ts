import { Type } from 'typebox'
import { newQueryExample, queryExample } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { onceHeaders, program } from '../schemas/parameters.ts'
import { NewQuery, QueryItem } from '../schemas/query.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const createQuery = {
  id: 'createQuery',
  method: 'POST',
  path: '/insights/{version}/{program}/ScheduledQueries',
  versions: apiVersions,
  tag: 'Queries',
  summary: 'Save a query',
  description:
    'Checks the text and saves it. A query that uses an extension of the language is saved too; `details` then names the extension, because the real service would refuse it.',
  roles: writers,
  params: Type.Object(program),
  query: Type.Object({}),
  headers: onceHeaders,
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(NewQuery),
    example: inEveryVersion(newQueryExample),
  },
  responses: {
    200: records(inEveryVersion(QueryItem), 'Query created successfully', inEveryVersion([queryExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422, 500),
  },
} satisfies Operation
