import { Type } from 'typebox'
import { fileResponses } from '../file-responses.ts'
import { readers, type Operation } from '../operation.ts'
import { refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { apiVersions } from '../versions.ts'

export const getArtifact = {
  id: 'getArtifact',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport/artifact/{executionId}',
  versions: apiVersions,
  tag: 'Files',
  summary: 'Download a file with a token',
  description: 'The address in `reportLocation`. HEAD, ranges, ETag and compression work.',
  roles: readers,
  params: Type.Object({ ...program, executionId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: { ...fileResponses, ...refusals(400, 401, 403, 404, 410, 500, 503) },
} satisfies Operation
