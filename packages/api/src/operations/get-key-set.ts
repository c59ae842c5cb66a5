import { Type } from 'typebox'
import { everyone, type Operation } from '../operation.ts'
import { document, refusals } from '../responses.ts'
import { KeySet } from '../schemas/token.ts'
import { apiVersions } from '../versions.ts'

export const getKeySet = {
  id: 'getKeySet',
  method: 'GET',
  path: '/{tenantId}/discovery/keys',
  versions: apiVersions,
  tag: 'Tokens',
  summary: 'Public keys of the token issuer',
  description: 'A JSON Web Key Set: what tokens are verified with.',
  roles: everyone,
  params: Type.Object({ tenantId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: document(KeySet, 'The key set.', {
      keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: 'b5f0', n: '<modulus>', e: 'AQAB' }],
    }),
    ...refusals(404, 500),
  },
} satisfies Operation
