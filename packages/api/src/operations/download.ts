import { Type } from 'typebox'
import { fileResponses } from '../file-responses.ts'
import { everyone, type Operation } from '../operation.ts'
import { refusals } from '../responses.ts'
import { apiVersions } from '../versions.ts'

export const download = {
  id: 'download',
  method: 'GET',
  path: '/download/{artifactId}/{fileName}',
  versions: apiVersions,
  tag: 'Files',
  summary: 'Download a file by its secure link',
  description:
    'The address in `reportAccessSecureLink`, as it is: it carries its own permission and an end. HEAD, ranges, ETag and compression work.',
  roles: everyone,
  params: Type.Object({ artifactId: Type.String(), fileName: Type.String() }),
  query: Type.Object({
    account: Type.Optional(Type.String()),
    client: Type.Optional(Type.String()),
    expires: Type.Optional(Type.String()),
    key: Type.Optional(Type.String()),
    once: Type.Optional(Type.String()),
    bound: Type.Optional(Type.String()),
    signature: Type.Optional(Type.String()),
  }),
  body: null,
  responses: { ...fileResponses, ...refusals(403, 404, 410, 500, 503) },
} satisfies Operation
