import { Type } from 'typebox'
import { addedSecretExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AddedSecretItem, NewSecret } from '../schemas/access.ts'
import { ofClient, onceHeaders } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const addSecret = {
  id: 'addSecret',
  method: 'POST',
  path: '/admin/clients/{clientId}/secrets',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Make a secret for a client',
  description:
    'The answer shows it, this one time. A client has at most two that have not expired. The answer is not kept for the `Idempotency-Key`: the same request again makes no second secret, but is a 409 that names the one that was made.',
  roles: administrators,
  params: Type.Object(ofClient),
  query: Type.Object({}),
  headers: onceHeaders,
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(NewSecret),
    example: inEveryVersion({ ExpiresInDays: 180 }),
  },
  responses: {
    200: records(inEveryVersion(AddedSecretItem), 'Secret added', inEveryVersion([addedSecretExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422, 500),
  },
} satisfies Operation
