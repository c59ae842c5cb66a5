import type { JWTPayload } from 'jose'
import { issuerName, type Issuer, type TokenVersion } from './issuer.ts'
import type { Client } from './client.ts'

/** Seconds a token is good for. The answer says one less, so that a client renews before it is refused, never after. */
export const tokenLifetimeSeconds = 3_600

/** How much earlier than issued a token is already valid, for verifiers whose clock is behind. */
export const notBeforeLeadSeconds = 300

/** What a token says. Times are seconds since 1970. `account` is ours; the other names are those that Entra uses. */
export function tokenClaims(input: {
  readonly issuer: Issuer
  readonly version: TokenVersion
  readonly client: Client
  readonly audience: string
  readonly issuedAtSeconds: number
  readonly tokenId: string
  /** Who logged in by the client; null: it acts for itself. */
  readonly userName: string | null
}): JWTPayload {
  const { issuer, version, client, audience, issuedAtSeconds, tokenId, userName } = input
  return {
    aud: audience,
    iss: issuerName(issuer, version),
    iat: issuedAtSeconds,
    nbf: issuedAtSeconds - notBeforeLeadSeconds,
    exp: issuedAtSeconds + tokenLifetimeSeconds,
    jti: tokenId,
    sub: client.id,
    oid: client.id,
    tid: issuer.tenantId,
    roles: [...client.roles],
    account: client.accountId,
    ver: version,
    ...(userName !== null && { upn: userName }),
    // The client, by the name that each version has for it.
    ...(version === '1.0' ? { appid: client.id } : { azp: client.id }),
  }
}
