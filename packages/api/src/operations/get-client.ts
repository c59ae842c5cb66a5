import { Type } from 'typebox'
import { clientExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { ClientItem } from '../schemas/access.ts'
import { ofClient } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const getClient = {
  id: 'getClient',
  method: 'GET',
  path: '/admin/clients/{clientId}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Look at a client',
  description: 'Without what it proves itself by.',
  roles: administrators,
  params: Type.Object(ofClient),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(ClientItem), null, inEveryVersion([clientExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
