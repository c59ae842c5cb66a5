import { Type } from 'typebox'
import { manifestExample } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { document, refusals } from '../responses.ts'
import { ManifestItem } from '../schemas/manifest.ts'
import { program } from '../schemas/parameters.ts'
import { apiVersions } from '../versions.ts'

export const getManifest = {
  id: 'getManifest',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport/artifact/{executionId}/manifest',
  versions: apiVersions,
  tag: 'Files',
  summary: 'What a file holds',
  description: 'Rows, bytes, SHA-256, columns, query, data version and reference time of a file.',
  roles: readers,
  params: Type.Object({ ...program, executionId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: document(ManifestItem, 'The manifest, outside the envelope.', manifestExample),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
