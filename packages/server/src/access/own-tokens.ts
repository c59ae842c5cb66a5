import { errors, jwtVerify, type JWTPayload } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import { issuerName, tokenVersions, type Issuer } from './issuer.ts'
import type { TokenAuthority, VerifiedToken } from './token-authority.ts'
import { tokenAlgorithm, type TokenKeys } from './token-keys.ts'
import { unauthorized } from './unauthorized.ts'

export interface OwnTokensDeps {
  readonly keys: TokenKeys
  readonly clock: Clock
  readonly issuer: Issuer
  /** Audiences that are accepted. */
  readonly audiences: readonly string[]
}

// Between two servers of one installation; a client's clock plays no part.
const clockSkewSeconds = 30

/** Judges the tokens that this installation issued. */
export function createOwnTokens(deps: OwnTokensDeps): TokenAuthority {
  const { issuer, keys, clock } = deps
  return {
    issues: (name) => tokenVersions.some((version) => name === issuerName(issuer, version)),
    verify: (token) => verify(deps, token),
    isCurrent({ notBeforeAt, expiresAt }) {
      const now = clock.now()
      const skewMs = clockSkewSeconds * secondMs
      return now >= notBeforeAt - skewMs && now < expiresAt + skewMs
    },
    isKeyAccepted: async ({ keyId }) => keyId !== null && (await keys.find(keyId)) !== undefined,
  }
}

async function verify({ issuer, keys, audiences, clock }: OwnTokensDeps, token: string): Promise<VerifiedToken> {
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await keys.find(kid)
        if (key === undefined) throw new errors.JWKSNoMatchingKey()
        return key.publicKey
      },
      {
        // Pinned: a token chooses neither `none` nor an HMAC with our public key as its secret.
        algorithms: [tokenAlgorithm],
        typ: 'JWT',
        issuer: tokenVersions.map((version) => issuerName(issuer, version)),
        audience: [...audiences],
        requiredClaims: ['exp', 'nbf', 'sub'],
        currentDate: new Date(clock.now()),
        clockTolerance: clockSkewSeconds,
      },
    )
    return readClaims(payload, protectedHeader.kid ?? null, issuer)
  } catch (error) {
    // Anything else, such as a store that doesn't answer, is no fault of the token.
    if (error instanceof errors.JOSEError) throw unauthorized(error.message)
    throw error
  }
}

function readClaims(
  { sub, tid, account, roles, nbf, exp }: JWTPayload,
  keyId: string | null,
  issuer: Issuer,
): VerifiedToken {
  if (tid !== issuer.tenantId) throw unauthorized('the token is of another tenant')
  if (sub === undefined || nbf === undefined || exp === undefined) throw unauthorized('the token lacks a claim')
  if (typeof account !== 'string' || !Array.isArray(roles)) throw unauthorized('the token has no account or no roles')
  return {
    keyId,
    clientId: sub,
    accountId: account,
    roles: roles.filter((role) => typeof role === 'string'),
    notBeforeAt: nbf * secondMs,
    expiresAt: exp * secondMs,
    introduction: null,
  }
}
