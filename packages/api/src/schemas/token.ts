import { Type, type Static } from 'typebox'

const grants = '`client_credentials`; in profile `partner-center` also `password` and `refresh_token`.'

/** What the grants of users take. */
const ofUsers = {
  username: Type.Optional(Type.String({ description: 'With `password`.' })),
  password: Type.Optional(Type.String({ description: 'With `password`.' })),
  refresh_token: Type.Optional(Type.String({ description: 'With `refresh_token`. It is good once.' })),
}

/** What they give beside a token. */
const forUsers = {
  refresh_token: Type.Optional(Type.String({ description: 'Of a user: good once, within 90 days.' })),
  scope: Type.Optional(Type.String({ description: 'Of a user.' })),
}

/** What a client sends for a token, v1 form. Blanks around values are dropped. */
export const TokenRequest = Type.Object(
  {
    grant_type: Type.String({ description: grants }),
    ...ofUsers,
    client_id: Type.Optional(Type.String({ description: 'Here, or in an `Authorization: Basic` header.' })),
    client_secret: Type.Optional(Type.String({ description: 'Here, or in an `Authorization: Basic` header.' })),
    client_assertion_type: Type.Optional(
      Type.String({ description: 'With an assertion: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.' }),
    ),
    client_assertion: Type.Optional(
      Type.String({
        description: "In place of a secret: a JWT signed by the key of one of the client's certificates.",
      }),
    ),
    resource: Type.Optional(Type.String({ description: 'What the token is for: one of the accepted audiences.' })),
  },
  { title: 'TokenRequest' },
)
export type TokenRequest = Static<typeof TokenRequest>

/** A token, v1 form: every number is text. */
export const TokenAnswer = Type.Object(
  {
    token_type: Type.Literal('Bearer'),
    expires_in: Type.String({ description: 'Seconds.' }),
    ext_expires_in: Type.String({ description: 'Seconds.' }),
    expires_on: Type.String({ description: 'Seconds since 1970.' }),
    not_before: Type.String({ description: 'Seconds since 1970; five minutes before the token was made.' }),
    resource: Type.String(),
    access_token: Type.String(),
    ...forUsers,
  },
  { title: 'Token' },
)
export type TokenAnswer = Static<typeof TokenAnswer>

/** What a client sends for a token, v2.0 form: `scope` in place of `resource`. */
export const TokenRequestV2 = Type.Object(
  {
    grant_type: Type.String({ description: grants }),
    ...ofUsers,
    client_id: Type.Optional(Type.String({ description: 'Here, or in an `Authorization: Basic` header.' })),
    client_secret: Type.Optional(Type.String({ description: 'Here, or in an `Authorization: Basic` header.' })),
    client_assertion_type: Type.Optional(
      Type.String({ description: 'With an assertion: `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.' }),
    ),
    client_assertion: Type.Optional(
      Type.String({
        description: "In place of a secret: a JWT signed by the key of one of the client's certificates.",
      }),
    ),
    scope: Type.Optional(Type.String({ description: 'One of the accepted audiences, followed by `/.default`.' })),
  },
  { title: 'TokenRequestV2' },
)
export type TokenRequestV2 = Static<typeof TokenRequestV2>

/** A token, v2.0 form: numbers are numbers. */
export const TokenAnswerV2 = Type.Object(
  {
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Seconds.' }),
    ext_expires_in: Type.Integer({ description: 'Seconds.' }),
    access_token: Type.String(),
    ...forUsers,
  },
  { title: 'TokenV2' },
)
export type TokenAnswerV2 = Static<typeof TokenAnswerV2>

/** How the token endpoint refuses (RFC 6749, with the members that Entra adds). */
export const TokenError = Type.Object(
  {
    error: Type.String({ examples: ['invalid_client'] }),
    error_description: Type.String(),
    error_codes: Type.Array(Type.Integer()),
    timestamp: Type.String(),
    trace_id: Type.String(),
    correlation_id: Type.String(),
  },
  { title: 'TokenError' },
)
export type TokenError = Static<typeof TokenError>

/** OpenID Connect discovery, as far as it goes for an issuer of client credentials. */
export const OpenIdConfiguration = Type.Object(
  {
    issuer: Type.String(),
    authorization_endpoint: Type.String({
      description: "Named because Entra's libraries ask for it: nobody signs in here.",
    }),
    token_endpoint: Type.String(),
    jwks_uri: Type.String(),
    token_endpoint_auth_methods_supported: Type.Array(Type.String()),
    token_endpoint_auth_signing_alg_values_supported: Type.Array(Type.String()),
    grant_types_supported: Type.Array(Type.String()),
    response_types_supported: Type.Array(Type.String()),
    subject_types_supported: Type.Array(Type.String()),
    id_token_signing_alg_values_supported: Type.Array(Type.String()),
  },
  { title: 'OpenIdConfiguration' },
)
export type OpenIdConfiguration = Static<typeof OpenIdConfiguration>

export const KeySet = Type.Object(
  { keys: Type.Array(Type.Record(Type.String(), Type.Unknown()), { description: 'Public JSON Web Keys.' }) },
  { title: 'KeySet' },
)
export type KeySet = Static<typeof KeySet>
