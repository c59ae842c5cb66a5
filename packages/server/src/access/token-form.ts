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
}

/** What a token request says. Empty text stands for absent. */
export interface TokenForm {
  readonly grantType: string
  readonly clientId: string
  readonly clientSecret: string
  /** The `resource` of v1, the `scope` of v2.0. */
  readonly target: string
}

/**
 * Reads a token request. Blanks around values are dropped: the documents' own examples have them. The client's id and
 * secret come in the form or in an `Authorization: Basic` header; the form wins. Raises `malformed_parameter`.
 */
export function readTokenForm({ form, version, authorization }: TokenRequest): TokenForm {
  const basic = readBasic(authorization)
  return {
    grantType: textOf(form, 'grant_type'),
    clientId: textOf(form, 'client_id') || basic.clientId,
    clientSecret: textOf(form, 'client_secret') || basic.clientSecret,
    target: textOf(form, targetParameter[version]),
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
