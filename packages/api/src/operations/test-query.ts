import { Type } from 'typebox'
import { previewRowExamples } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { PreviewRow } from '../schemas/query.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const testQuery = {
  id: 'testQuery',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledQueries/testQueryResult',
  versions: apiVersions,
  tag: 'Queries',
  summary: 'Try a query',
  description:
    'The first rows (100 unless the server says otherwise) of a query text or of a saved query: give exactly one of exportQuery and queryId.',
  roles: readers,
  params: Type.Object(program),
  query: Type.Object({
    exportQuery: Type.Optional(Type.String({ description: 'A query text.' })),
    queryId: Type.Optional(Type.String({ description: 'A saved query or a system query.' })),
    startTime: Type.Optional(Type.String({ description: "Replaces the query's TIMESPAN: first instant, UTC." })),
    endTime: Type.Optional(Type.String({ description: "Replaces the query's TIMESPAN: end, not included, UTC." })),
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(PreviewRow), null, inEveryVersion(previewRowExamples)),
    ...refusals(400, 401, 403, 404, 429, 500, 503, 504),
  },
} satisfies Operation
