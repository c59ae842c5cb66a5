import type { OpenIdConfiguration } from '@almanac/api'
import { assertionAlgorithms } from './check-assertion.ts'
import { issuerName, tenantUrl, tokenEndpoint, type Issuer, type TokenVersion } from './issuer.ts'
import { tokenAlgorithm } from './token-keys.ts'

/**
 * OpenID Connect discovery of the built-in issuer, for `/{tenantId}/.well-known/openid-configuration` (version 1.0) and
 * `/{tenantId}/v2.0/.well-known/openid-configuration`. Undefined when the tenant is not this installation's.
 */
export function discovery(
  issuer: Issuer,
  tenantId: string,
  version: TokenVersion,
  grants: readonly string[],
): OpenIdConfiguration | undefined {
  if (tenantId.toLowerCase() !== issuer.tenantId.toLowerCase()) return undefined
  const base = tenantUrl(issuer)
  const suffix = version === '1.0' ? '' : '/v2.0'
  return {
    issuer: issuerName(issuer, version),
    // Entra's libraries take no document without one. Nobody signs in there: it is no address of the contract.
    authorization_endpoint: `${base}/oauth2${suffix}/authorize`,
    token_endpoint: tokenEndpoint(issuer, version),
    jwks_uri: `${base}/discovery${suffix}/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    grant_types_supported: [...grants],
    response_types_supported: ['token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: [tokenAlgorithm],
  }
}
