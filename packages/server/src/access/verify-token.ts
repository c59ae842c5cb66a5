import { errors, jwtVerify, type JWTPayload } from 'jose'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { Caller } from './caller.ts'
import { isDisabled } from './client.ts'
import type { ClientStore } from './client-store.ts'
import { issuerName, type Issuer } from './issuer.ts'
import { createRecentTokens } from './recent-tokens.ts'
import { tokenAlgorithm, type TokenKeys } from './token-keys.ts'

export interface TokenVerifierDeps {
  readonly clients: ClientStore
  readonly keys: TokenKeys
  readonly clock: Clock
  readonly issuer: Issuer
  /** Audiences that are accepted. */
  readonly audiences: readonly string[]
}

/** What a token says, once its signature and its claims were found good. Times in epoch milliseconds. */
interface VerifiedToken {
  readonly keyId: string
  readonly clientId: string
  readonly accountId: string
  readonly roles: readonly string[]
  readonly notBeforeAt: number
  readonly expiresAt: number
}

interface KnownToken extends VerifiedToken {
  readonly caller: Caller
  readonly clientCheckedAt: number
}

// Between two servers of one installation; a client's clock plays no part.
const clockSkewSeconds = 30
// A client that is disabled, or loses a role, is let in this much longer.
const checkClientEveryMs = 5 * secondMs
// Ours have some 900 characters. Nobody makes us hash and decode a megabyte.
const maximumTokenLength = 8_192
const knownTokens = 10_000

/**
 * Makes the function that says whose a token is. It raises `unauthorized` for a token that this installation didn't
 * issue, for another audience, out of date, or of a client that is gone or disabled.
 *
 * A verified token is remembered until it expires: verifying costs 2.5 times as much as all else in a small request.
 * What is not remembered are the client and the key: they are looked up again every few seconds.
 */
export function createTokenVerifier(deps: TokenVerifierDeps): (token: string) => Promise<Caller> {
  const known = createRecentTokens<KnownToken>(knownTokens)

  return async (token) => {
    if (token.length > maximumTokenLength) throw unauthorized('the token is too long')
    const now = deps.clock.now()
    const remembered = known.get(token)
    if (remembered !== undefined && isCurrent(remembered, now)) {
      // Either way: a clock that was turned back must not keep a disabled client in.
      if (Math.abs(now - remembered.clientCheckedAt) < checkClientEveryMs) return remembered.caller
    }
    known.delete(token)
    const verified =
      remembered !== undefined && isCurrent(remembered, now)
        ? await withItsKey(deps.keys, remembered)
        : await verify(deps, token, now)
    const caller = await callerOf(deps.clients, verified)
    known.set(token, { ...verified, caller, clientCheckedAt: now })
    return caller
  }
}

/** A key that was taken out of use at once takes with it what was remembered of its tokens. */
async function withItsKey(keys: TokenKeys, token: VerifiedToken): Promise<VerifiedToken> {
  if ((await keys.find(token.keyId)) === undefined) throw unauthorized('the key of the token has ended')
  return token
}

async function verify(deps: TokenVerifierDeps, token: string, now: number): Promise<VerifiedToken> {
  const { issuer, keys, audiences } = deps
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
        issuer: [issuerName(issuer, '1.0'), issuerName(issuer, '2.0')],
        audience: [...audiences],
        requiredClaims: ['exp', 'nbf', 'sub'],
        currentDate: new Date(now),
        clockTolerance: clockSkewSeconds,
      },
    )
    return readClaims(payload, protectedHeader.kid ?? '', issuer)
  } catch (error) {
    // Anything else, such as a store that doesn't answer, is no fault of the token.
    if (error instanceof errors.JOSEError) throw unauthorized(error.message)
    throw error
  }
}

function readClaims({ sub, tid, account, roles, nbf, exp }: JWTPayload, keyId: string, issuer: Issuer): VerifiedToken {
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
  }
}

function isCurrent({ notBeforeAt, expiresAt }: VerifiedToken, now: number): boolean {
  const skewMs = clockSkewSeconds * secondMs
  return now >= notBeforeAt - skewMs && now < expiresAt + skewMs
}

async function callerOf(clients: ClientStore, token: VerifiedToken): Promise<Caller> {
  const client = await clients.findClient(token.clientId)
  if (client === undefined) throw unauthorized('the client of the token does not exist')
  if (isDisabled(client)) throw unauthorized('the client of the token or its account is disabled')
  if (client.accountId !== token.accountId) throw unauthorized('the client belongs to another account')
  return {
    accountId: client.accountId,
    clientId: client.id,
    user: client.user,
    // A role that was taken away ends at once; one that was added comes with the next token.
    roles: client.roles.filter((role) => token.roles.includes(role)),
  }
}

function unauthorized(reason: string): AppError<'unauthorized'> {
  return new AppError('unauthorized', { reason })
}
