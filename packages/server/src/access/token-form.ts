import { decodeJwt } from 'jose'
import { OAuthError } from './oauth-error.ts'
import type { TokenVersion } from './issuer.ts'

/** A token request as it came over the wire. */
export interface TokenRequest {
  /** From the path. */
  readonly tenantId: string
  /** From the path: `2.0` for `/oauth2/v2.0/token`. */
  readonly version: TokenVersion
  /** The parsed form; a parameter that was sent twice is a list, as form parsers give it. */
  readonly form: Readonly<Record<string, unknown>>
  /** The Authorization header. */
  readonly authorization: string | null
  /** Where the request came from, as limits count it: an IPv4 address, or a /64 of IPv6. */
  readonly network: string
}

/** What a client proves itself by. */
export type ClientProof =
  | { readonly kind: 'secret'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly clientId: string; readonly assertion: string }

/** What a token request says. Empty text stands for absent. */
export interface TokenForm {
  readonly grantType: string
  readonly proof: ClientProof
  /** The `resource` of v1, the `scope` of v2.0. */
  readonly target: string
  /** Of the grant `password`. */
  readonly username: string
  readonly password: string
  /** Of the grant `refresh_token`. */
  readonly refreshToken: string
}

/**
 * Reads a token request. Blanks around values are dropped: the documents' own examples have them. The client's id and
 * secret come in the form or in an `Authorization: Basic` header; the form wins. In place of a secret there may be a
 * signed assertion. Raises `malformed_parameter`, `wrong_proof`.
 */
export function readTokenForm({ form, version, authorization }: TokenRequest): TokenForm {
  return {
    grantType: textOf(form, 'grant_type'),
    proof: readProof(form, readBasic(authorization)),
    target: textOf(form, targetParameter[version]),
    username: textOf(form, 'username'),
    password: textOf(form, 'password'),
    refreshToken: textOf(form, 'refresh_token'),
  }
}

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

function readProof(form: TokenRequest['form'], basic: ReturnType<typeof readBasic>): ClientProof {
  const assertion = textOf(form, 'client_assertion')
  const assertionType = textOf(form, 'client_assertion_type')
  const secret = textOf(form, 'client_secret') || basic.clientSecret
  const clientId = textOf(form, 'client_id') || basic.clientId
  if (assertion === '' && assertionType === '') return { kind: 'secret', clientId, secret }
  if (secret !== '')
    throw new OAuthError('wrong_proof', { problem: 'Send a client_secret or a client_assertion, not both' })
  if (assertionType !== jwtBearer) {
    throw new OAuthError('wrong_proof', { problem: `The client_assertion_type must be '${jwtBearer}'` })
  }
  return { kind: 'assertion', clientId: clientId || subjectOf(assertion), assertion }
}

/** Whom an assertion speaks of: `client_id` may be left out beside it (RFC 7521, section 4.2). Nothing is verified yet. */
function subjectOf(assertion: string): string {
  try {
    const { sub } = decodeJwt(assertion)
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}

/** The parameter that says what a token is for. */
export const targetParameter = { '1.0': 'resource', '2.0': 'scope' } as const satisfies Record<TokenVersion, string>

function textOf(form: TokenRequest['form'], parameter: string): string {
  const value = Object.hasOwn(form, parameter) ? form[parameter] : undefined
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new OAuthError('malformed_parameter', { parameter })
  return value.trim()
}

/** RFC 6749, section 2.3.1: id and secret are form-encoded before they are joined. */
function readBasic(authorization: string | null): { readonly clientId: string; readonly clientSecret: string } {
  const [, encoded] = /^basic\s+([\w+/=-]+)\s*$/i.exec(authorization ?? '') ?? []
  if (encoded === undefined) return { clientId: '', clientSecret: '' }
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  if (colon < 0) throw new OAuthError('malformed_parameter', { parameter: 'Authorization' })
  return { clientId: formDecoded(pair.slice(0, colon)), clientSecret: formDecoded(pair.slice(colon + 1)) }
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')).trim()
  } catch {
    throw new OAuthError('malformed_parameter', { parameter: 'Authorization' })
  }
}
