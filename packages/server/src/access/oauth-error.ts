import type { TokenError } from '@almanac/api'

/** The data that each refusal of the token endpoint carries. */
export interface OAuthErrorData {
  unknown_tenant: { readonly tenantId: string }
  /** Sent twice, or not as text. */
  malformed_parameter: { readonly parameter: string }
  missing_parameter: { readonly parameter: string }
  unsupported_grant: { readonly grantType: string }
  /** Of an unknown user too: who guesses is not told which of the two was wrong. */
  wrong_password: { readonly clientId: string }
  refresh_refused: { readonly problem: string }
  refresh_ended: { readonly clientId: string }
  unknown_client: { readonly clientId: string; readonly tenantId: string }
  wrong_secret: { readonly clientId: string }
  /** Only told to whoever knows the secret. */
  expired_secret: { readonly clientId: string; readonly hint: string }
  /** A secret and an assertion, or an assertion of a kind that is not known. */
  wrong_proof: { readonly problem: string }
  bad_assertion: { readonly clientId: string; readonly reason: string }
  assertion_out_of_time: { readonly clientId: string; readonly problem: string }
  assertion_for_another_audience: { readonly clientId: string }
  assertion_of_another_client: { readonly clientId: string }
  /** Whoever asks, or someone at its address, failed to prove itself too often. */
  too_many_failures: { readonly retryAfterSeconds: number }
  /** Only told to whoever knows the secret. */
  disabled_client: { readonly clientId: string }
  unknown_resource: { readonly resource: string; readonly accepted: readonly string[] }
  /** v2.0: a scope that doesn't end in `/.default`. */
  invalid_scope: { readonly scope: string }
}

export type OAuthErrorCode = keyof OAuthErrorData

/**
 * A refusal of the token endpoint (RFC 6749, section 5.2). It is no `AppError`: its answer is not in the envelope of the
 * API, and clients read other codes from it.
 */
export class OAuthError<Code extends OAuthErrorCode = OAuthErrorCode> extends Error {
  override readonly name = 'OAuthError'
  readonly code: Code
  readonly data: OAuthErrorData[Code]

  constructor(code: Code, data: OAuthErrorData[Code]) {
    super(code)
    this.code = code
    this.data = data
  }
}

interface OAuthWords<Data> {
  readonly status: OAuthStatus
  readonly error: 'invalid_request' | 'invalid_client' | 'unauthorized_client' | OtherError
  /** The number that Entra gives the same refusal; client libraries show it and people search for it. */
  readonly number: number
  readonly sentence: (data: Data) => string
}

type OAuthStatus = 400 | 401 | 429
type OtherError =
  | 'invalid_grant'
  | 'unsupported_grant_type'
  | 'invalid_resource'
  | 'invalid_scope'
  | 'temporarily_unavailable'

const words: { readonly [Code in OAuthErrorCode]: OAuthWords<OAuthErrorData[Code]> } = {
  unknown_tenant: {
    status: 400,
    error: 'invalid_request',
    number: 90002,
    sentence: ({ tenantId }) => `Tenant ${quoted(tenantId)} not found. Check the tenant id in the URL.`,
  },
  malformed_parameter: {
    status: 400,
    error: 'invalid_request',
    number: 9002313,
    sentence: ({ parameter }) => `The parameter ${quoted(parameter)} must be sent once, as text.`,
  },
  missing_parameter: {
    status: 400,
    error: 'invalid_request',
    number: 900144,
    sentence: ({ parameter }) => `The request body must contain the following parameter: ${quoted(parameter)}.`,
  },
  unsupported_grant: {
    status: 400,
    error: 'unsupported_grant_type',
    number: 70003,
    sentence: ({ grantType }) => `The grant type ${quoted(grantType)} is not supported. Use 'client_credentials'.`,
  },
  wrong_password: {
    status: 400,
    error: 'invalid_grant',
    number: 50126,
    sentence: () => 'Error validating credentials due to invalid username or password.',
  },
  refresh_refused: {
    status: 400,
    error: 'invalid_grant',
    number: 70000,
    sentence: ({ problem }) => `The refresh token is not valid: ${problem}.`,
  },
  refresh_ended: {
    status: 400,
    error: 'invalid_grant',
    number: 700082,
    sentence: () => 'The refresh token has expired due to inactivity. Log in again.',
  },
  unknown_client: {
    status: 400,
    error: 'unauthorized_client',
    number: 700016,
    sentence: ({ clientId, tenantId }) => `Client ${quoted(clientId)} was not found in the tenant ${quoted(tenantId)}.`,
  },
  wrong_secret: {
    status: 401,
    error: 'invalid_client',
    number: 7000215,
    sentence: ({ clientId }) =>
      `Invalid client secret provided for client ${quoted(clientId)}. Send the secret itself, not an id.`,
  },
  expired_secret: {
    status: 401,
    error: 'invalid_client',
    number: 7000222,
    sentence: ({ clientId, hint }) =>
      `The secret (…${hint}) of client ${quoted(clientId)} has expired. Ask the operator for a new one.`,
  },
  wrong_proof: {
    status: 400,
    error: 'invalid_request',
    number: 9002313,
    sentence: ({ problem }) => `${problem}.`,
  },
  bad_assertion: {
    status: 401,
    error: 'invalid_client',
    number: 700027,
    sentence: ({ clientId, reason }) => `The assertion of client ${quoted(clientId)} is not valid: ${reason}.`,
  },
  assertion_out_of_time: {
    status: 401,
    error: 'invalid_client',
    number: 700024,
    sentence: ({ clientId, problem }) =>
      `The assertion of client ${quoted(clientId)} is not within its valid time. ${problem}.`,
  },
  assertion_for_another_audience: {
    status: 401,
    error: 'invalid_client',
    number: 700023,
    sentence: ({ clientId }) =>
      `The audience of the assertion of client ${quoted(clientId)} is not this token endpoint.`,
  },
  assertion_of_another_client: {
    status: 401,
    error: 'invalid_client',
    number: 700021,
    sentence: ({ clientId }) => `The issuer and the subject of the assertion must be the client ${quoted(clientId)}.`,
  },
  too_many_failures: {
    status: 429,
    error: 'temporarily_unavailable',
    number: 90055,
    sentence: ({ retryAfterSeconds }) =>
      `Too many failed requests came from here or for this client. Try again in ${retryAfterSeconds} s.`,
  },
  disabled_client: {
    status: 400,
    error: 'unauthorized_client',
    number: 7000112,
    sentence: ({ clientId }) => `Client ${quoted(clientId)} is disabled.`,
  },
  unknown_resource: {
    status: 400,
    error: 'invalid_resource',
    number: 500011,
    sentence: ({ resource, accepted }) =>
      `The resource ${quoted(resource)} is not known here. Accepted: ${accepted.join(', ')}.`,
  },
  invalid_scope: {
    status: 400,
    error: 'invalid_scope',
    number: 1002012,
    sentence: ({ scope }) =>
      `The scope ${quoted(scope)} is not valid. Client credentials take one resource followed by '/.default'.`,
  },
}

/**
 * The answer to a refusal. `traceId` is the id of the request, `correlationId` the caller's own id of it or the same
 * again; `now` is the time of the answer.
 */
export function oauthErrorAnswer(
  error: OAuthError,
  context: { readonly traceId: string; readonly correlationId: string; readonly now: number },
): { readonly status: OAuthStatus; readonly headers: Readonly<Record<string, string>>; readonly body: TokenError } {
  // The union ties code and data together; TypeScript can't follow it through an index.
  const { status, error: name, number, sentence } = words[error.code] as OAuthWords<OAuthErrorData[OAuthErrorCode]>
  return {
    status,
    headers: headersOf(error, status),
    body: {
      error: name,
      error_description: `AADSTS${number}: ${sentence(error.data)}`,
      error_codes: [number],
      timestamp: `${new Date(context.now).toISOString().slice(0, 19).replace('T', ' ')}Z`,
      trace_id: context.traceId,
      correlation_id: context.correlationId,
    },
  }
}

function headersOf({ data }: OAuthError, status: OAuthStatus): Readonly<Record<string, string>> {
  // RFC 6749, section 5.2.
  if (status === 401) return { 'www-authenticate': 'Basic realm="token"' }
  return 'retryAfterSeconds' in data ? { 'retry-after': String(data.retryAfterSeconds) } : {}
}

/** What the caller sent, as far as it fits into a sentence: one line, at most 100 characters. */
function quoted(text: string): string {
  const line = text.replaceAll(/\p{Cc}+/gu, ' ')
  return `'${line.length > 100 ? `${line.slice(0, 100)}…` : line}'`
}
