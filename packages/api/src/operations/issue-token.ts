import { Type } from 'typebox'
import { everyone, type Operation } from '../operation.ts'
import { document } from '../responses.ts'
import { TokenAnswer, TokenError, TokenRequest } from '../schemas/token.ts'
import { tokenErrorExample } from '../token-examples.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const issueToken = {
  id: 'issueToken',
  method: 'POST',
  path: '/{tenantId}/oauth2/token',
  versions: apiVersions,
  tag: 'Tokens',
  summary: 'Get a token (v1 form)',
  description:
    'Client credentials, a secret or a signed assertion, against a token that is good for an hour. Every number in the answer is text.',
  roles: everyone,
  params: Type.Object({ tenantId: Type.String() }),
  query: Type.Object({}),
  body: {
    mediaType: 'application/x-www-form-urlencoded',
    schema: inEveryVersion(TokenRequest),
    example: inEveryVersion({
      grant_type: 'client_credentials',
      client_id: '5c1f0a3e-7a40-4d6e-a1b0-2f9e6f4f8d11',
      client_secret: '<client secret>',
      resource: 'https://api.partnercenter.microsoft.com',
    }),
  },
  responses: {
    200: document(TokenAnswer, 'The token.', {
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: '1772446799',
      not_before: '1772442900',
      resource: 'https://api.partnercenter.microsoft.com',
      access_token: '<token>',
    }),
    400: document(TokenError, 'The request is wrong.', tokenErrorExample('invalid_request')),
    401: document(TokenError, 'The client or its secret is wrong.', tokenErrorExample('invalid_client')),
    413: document(TokenError, 'The form is larger than the server takes.', tokenErrorExample('invalid_request')),
    415: document(TokenError, 'The body is no form.', tokenErrorExample('invalid_request')),
    429: document(
      TokenError,
      'Too many requests wait to be checked, or too many have failed; `Retry-After` says when to come back.',
      tokenErrorExample('temporarily_unavailable'),
    ),
    500: document(TokenError, 'Something broke on our side.', tokenErrorExample('server_error')),
  },
} satisfies Operation
