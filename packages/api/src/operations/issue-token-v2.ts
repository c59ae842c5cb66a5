import { Type } from 'typebox'
import { everyone, type Operation } from '../operation.ts'
import { document } from '../responses.ts'
import { TokenAnswerV2, TokenError, TokenRequestV2 } from '../schemas/token.ts'
import { tokenErrorExample } from '../token-examples.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const issueTokenV2 = {
  id: 'issueTokenV2',
  method: 'POST',
  path: '/{tenantId}/oauth2/v2.0/token',
  versions: apiVersions,
  tag: 'Tokens',
  summary: 'Get a token (v2.0 form)',
  description: 'Client credentials against a token that is good for an hour; `scope` says what it is for.',
  roles: everyone,
  params: Type.Object({ tenantId: Type.String() }),
  query: Type.Object({}),
  body: {
    mediaType: 'application/x-www-form-urlencoded',
    schema: inEveryVersion(TokenRequestV2),
    example: inEveryVersion({
      grant_type: 'client_credentials',
      client_id: '5c1f0a3e-7a40-4d6e-a1b0-2f9e6f4f8d11',
      client_secret: '<client secret>',
      scope: 'https://api.partnercenter.microsoft.com/.default',
    }),
  },
  responses: {
    200: document(TokenAnswerV2, 'The token.', {
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
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
