import { Type } from 'typebox'
import { secretExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { SecretItem } from '../schemas/access.ts'
import { ofClient } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const removeSecret = {
  id: 'removeSecret',
  method: 'DELETE',
  path: '/admin/clients/{clientId}/secrets/{secretId}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'End a secret now',
  description: 'Tokens that were issued for it live on for their hour. Gives it as it was.',
  roles: administrators,
  params: Type.Object({ ...ofClient, secretId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(SecretItem), 'Secret removed', inEveryVersion([secretExample])),
    ...refusals(400, 401, 403, 404, 409, 500),
  },
} satisfies Operation
