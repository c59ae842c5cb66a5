import { Type } from 'typebox'
import { everyone, type Operation } from '../operation.ts'
import { document, refusals } from '../responses.ts'
import { OpenIdConfiguration } from '../schemas/token.ts'
import { openIdConfigurationExample } from '../token-examples.ts'
import { apiVersions } from '../versions.ts'

export const getOpenIdConfiguration = {
  id: 'getOpenIdConfiguration',
  method: 'GET',
  path: '/{tenantId}/.well-known/openid-configuration',
  versions: apiVersions,
  tag: 'Tokens',
  summary: 'Issuer of v1 tokens',
  description: 'OpenID Connect discovery: the name of the issuer, where its token endpoint and its keys are.',
  roles: everyone,
  params: Type.Object({ tenantId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: document(OpenIdConfiguration, 'The discovery document.', openIdConfigurationExample('')),
    ...refusals(404, 500),
  },
} satisfies Operation
