import { Type } from 'typebox'
import { secretExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { SecretItem } from '../schemas/access.ts'
import { ofClient } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listSecrets = {
  id: 'listSecrets',
  method: 'GET',
  path: '/admin/clients/{clientId}/secrets',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List the secrets of a client',
  description: 'When they end and when they were last used. The secrets themselves are kept nowhere.',
  roles: administrators,
  params: Type.Object(ofClient),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(SecretItem), null, inEveryVersion([secretExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
