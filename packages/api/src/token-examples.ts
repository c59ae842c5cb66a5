/** A refusal of the token endpoint, as the documents show it. */
export function tokenErrorExample(error: string): object {
  return {
    error,
    error_description: 'What is wrong, in words.',
    error_codes: [7000215],
    timestamp: '2026-03-02 09:15:00Z',
    trace_id: '3b8fd1ab-0f2c-4f3f-a9a5-2d3d7c3f1e00',
    correlation_id: '6f1c2a52-3f5a-4f0e-9c40-0f3a3f2f9b11',
  }
}

/** Discovery of an issuer; `suffix` is `/v2.0` for that version. */
export function openIdConfigurationExample(suffix: '' | '/v2.0'): object {
  const base = 'https://reports.example.com/0d3f6a2e-1c5b-4c2f-9a77-3e1b6c9d2f40'
  return {
    issuer: suffix === '' ? `${base}/` : `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2${suffix}/authorize`,
    token_endpoint: `${base}/oauth2${suffix}/token`,
    jwks_uri: `${base}/discovery${suffix}/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256'],
    grant_types_supported: ['client_credentials'],
    response_types_supported: ['token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
