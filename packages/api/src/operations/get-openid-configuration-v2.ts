import { Type } from 'typebox'
import { everyone, type Operation } from '../operation.ts'
import { document, refusals } from '../responses.ts'
import { OpenIdConfiguration } from '../schemas/token.ts'
import { openIdConfigurationExample } from '../token-examples.ts'
import { apiVersions } from '../versions.ts'

export const getOpenIdConfigurationV2 = {
  id: 'getOpenIdConfigurationV2',
  method: 'GET',
  path: '/{tenantId}/v2.0/.well-known/openid-configuration',
  versions: apiVersions,
  tag: 'Tokens',
  summary: 'Issuer of v2.0 tokens',
  description: 'OpenID Connect discovery: the name of the issuer, where its token endpoint and its keys are.',
  roles: everyone,
  params: Type.Object({ tenantId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: document(OpenIdConfiguration, 'The discovery document.', openIdConfigurationExample('/v2.0')),
    ...refusals(404, 500),
  },
} satisfies Operation
