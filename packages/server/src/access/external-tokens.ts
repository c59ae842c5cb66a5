import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import { idOfIntroduced } from './introduce-client.ts'
import type { IssuerKey, IssuerKeys, PublishedKey } from './issuer-keys.ts'
import { listClaim, textClaim } from './read-claims.ts'
import type { TokenAuthority, VerifiedToken } from './token-authority.ts'
import { isIssuerName, isOfManyTenants, issuerNameFor, type TrustedIssuer } from './trusted-issuer.ts'
import { unauthorized } from './unauthorized.ts'

export interface ExternalTokensDeps {
  readonly issuer: TrustedIssuer
  readonly keys: IssuerKeys
  /** The machine's, by which another issuer says how long its tokens are good. */
  readonly machineClock: Clock
}

// Asymmetric ones alone: neither `none`, nor an HMAC with a public key as its secret.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
// RFC 9068, and what Entra and others write; in lower case. What has another type is no access token.
const types: ReadonlySet<string | undefined> = new Set(['at+jwt', 'application/at+jwt', 'jwt', undefined])

/** Judges the tokens of an issuer that this installation trusts. */
export function createExternalTokens(deps: ExternalTokensDeps): TokenAuthority {
  const { issuer, keys, machineClock } = deps
  const skewMs = issuer.clockSkewSeconds * secondMs
  return {
    issues: (name) => isIssuerName(issuer, name),
    verify: (token) => verify(deps, token),
    isCurrent({ notBeforeAt, expiresAt }) {
      const now = machineClock.now()
      return now >= notBeforeAt - skewMs && now < expiresAt + skewMs
    },
    isKeyAccepted: async ({ keyId }) => keyId !== null && (await keys.isPublished(keyId)),
  }
}

async function verify(deps: ExternalTokensDeps, token: string): Promise<VerifiedToken> {
  const { issuer, keys, machineClock } = deps
  const used: { key?: IssuerKey } = {}
  try {
    const find: JWTVerifyGetKey = async (...named) => {
      used.key = await keys.find(...named)
      return used.key.key
    }
    const { payload, protectedHeader } = await jwtVerify(token, find, {
      algorithms,
      audience: [...issuer.audiences],
      requiredClaims: ['iss', 'exp'],
      currentDate: new Date(machineClock.now()),
      clockTolerance: issuer.clockSkewSeconds,
    })
    if (!types.has(protectedHeader.typ?.toLowerCase())) throw unauthorized('the token is no access token')
    refuseOtherIssuer(issuer, payload, used.key?.published)
    return readClaims(issuer, payload, used.key?.print ?? null)
  } catch (error) {
    // Anything else, such as an issuer that was never reached, is no fault of the token.
    if (error instanceof errors.JOSEError) throw unauthorized(error.message)
    throw error
  }
}

/** Of an issuer of many tenants, the token, its tenant and its key must belong together. */
function refuseOtherIssuer(issuer: TrustedIssuer, { iss, tid }: JWTPayload, key: PublishedKey | undefined): void {
  if (iss !== issuerNameFor(issuer, tid)) throw unauthorized('the token is of another issuer')
  // Whose key it was can't be told then.
  if (key === undefined && isOfManyTenants(issuer)) throw unauthorized('the token names no key that is published')
  // Entra marks keys that sign for one tenant only with that tenant's issuer.
  const keyIssuer = key?.issuer
  if (typeof keyIssuer === 'string' && !keyIssuer.includes('{tenantid}') && keyIssuer !== iss) {
    throw unauthorized('the key of the token belongs to another issuer')
  }
}

function readClaims(issuer: TrustedIssuer, payload: JWTPayload, keyId: string | null): VerifiedToken {
  const { iss = '', nbf, exp = 0 } = payload
  const account = textClaim(payload, issuer.claims.account)
  const client = textClaim(payload, issuer.claims.client)
  if (account === undefined) throw unauthorized('the token has no claim for the account')
  if (client === undefined) throw unauthorized('the token has no claim for the client')
  const accountId = issuer.accounts === null ? account : issuer.accounts.get(account)
  if (accountId === undefined) throw unauthorized('the account that the token names is none of those in the settings')
  const introduction = { issuer: iss, client }
  return {
    keyId,
    clientId: idOfIntroduced(introduction, accountId),
    accountId,
    roles: listClaim(payload, issuer.claims.roles).flatMap((value) => issuer.roles.get(value) ?? []),
    notBeforeAt: nbf === undefined ? -Infinity : nbf * secondMs,
    expiresAt: exp * secondMs,
    introduction,
  }
}
