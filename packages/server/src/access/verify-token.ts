import { decodeJwt } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { Caller } from './caller.ts'
import { isDisabled, type Client } from './client.ts'
import type { ClientStore } from './client-store.ts'
import { introduceClient, newcomer } from './introduce-client.ts'
import { createRecentTokens } from './recent-tokens.ts'
import type { TokenAuthority, VerifiedToken } from './token-authority.ts'
import { unauthorized } from './unauthorized.ts'

export interface TokenVerifierDeps {
  readonly clients: ClientStore
  readonly clock: Clock
  /** Whose tokens are accepted. */
  readonly authorities: readonly TokenAuthority[]
}

interface KnownToken {
  readonly authority: TokenAuthority
  readonly verified: VerifiedToken
  readonly caller: Caller
  readonly clientCheckedAt: number
}

// A client that is disabled, or loses a role, is let in this much longer.
const checkClientEveryMs = 5 * secondMs
// Ours have some 900 characters; Entra's, with two hundred groups in them, some 11,000. Nobody makes us hash and decode
// a megabyte.
const maximumTokenLength = 16_384
const knownTokens = 10_000

/**
 * Makes the function that says whose a token is. It raises `unauthorized` for a token that none of the authorities
 * issued, for another audience, out of date, or of a client or an account that is gone or disabled.
 * Whose a token is that was seen a moment ago it says at once, without a promise.
 *
 * A verified token is remembered until it expires: verifying costs 2.5 times as much as all else in a small request.
 * What is not remembered are the client and the key: they are looked up again every few seconds.
 */
export function createTokenVerifier(deps: TokenVerifierDeps): (token: string) => Caller | Promise<Caller> {
  const known = createRecentTokens<KnownToken>(knownTokens)

  return (token) => {
    if (token.length > maximumTokenLength) throw unauthorized('the token is too long')
    const now = deps.clock.now()
    const found = known.get(token)
    const remembered = found !== undefined && found.authority.isCurrent(found.verified) ? found : undefined
    // Either way: a clock that was turned back must not keep a disabled client in.
    const isFresh = remembered !== undefined && Math.abs(now - remembered.clientCheckedAt) < checkClientEveryMs
    return isFresh ? remembered.caller : verify(token, remembered, now)
  }

  async function verify(token: string, remembered: KnownToken | undefined, now: number): Promise<Caller> {
    known.delete(token)
    const authority = remembered?.authority ?? authorityOf(deps.authorities, token)
    // A key that was taken out of use takes with it what was remembered of its tokens.
    const verified =
      remembered !== undefined && (await authority.isKeyAccepted(remembered.verified))
        ? remembered.verified
        : await authority.verify(token)
    const caller = callerFrom(await clientOf(deps, verified), verified)
    known.set(token, { authority, verified, caller, clientCheckedAt: now })
    return caller
  }
}

/** Whom a token says to be of. Nothing is verified yet. */
function authorityOf(authorities: readonly TokenAuthority[], token: string): TokenAuthority {
  const issuer = issuerIn(token)
  const authority = authorities.find((candidate) => candidate.issues(issuer))
  if (authority === undefined) throw unauthorized('the token is of an issuer that is not trusted here')
  return authority
}

function issuerIn(token: string): string {
  try {
    const { iss } = decodeJwt(token)
    return typeof iss === 'string' ? iss : ''
  } catch {
    throw unauthorized('the token is no JWT')
  }
}

async function clientOf({ clients, clock }: TokenVerifierDeps, verified: VerifiedToken): Promise<Client> {
  const { clientId, accountId, introduction } = verified
  const known = await clients.findClient(clientId)
  if (known !== undefined) return known
  if (introduction === null) throw unauthorized('the client of the token does not exist')
  const coming = { clientId, accountId, introduction }
  // Whoever may do nothing here is nobody that we have to know: an issuer gives tokens to many who never come again.
  if (verified.roles.length === 0) return newcomer({ clients, clock }, coming)
  return introduceClient({ clients, clock }, coming)
}

function callerFrom(client: Client, token: VerifiedToken): Caller {
  if (isDisabled(client)) throw unauthorized('the client of the token or its account is disabled')
  if (client.accountId !== token.accountId) throw unauthorized('the client belongs to another account')
  return { accountId: client.accountId, clientId: client.id, user: client.user, roles: rolesOf(client, token) }
}

/** A role that was taken away ends at once; one that was added comes with the next token. */
function rolesOf({ roles }: Client, token: VerifiedToken): Caller['roles'] {
  const possible = token.introduction !== null && roles.length === 0 ? allRoles : roles
  return possible.filter((role) => token.roles.includes(role))
}

// Another issuer says itself which roles its clients have. Roles that are given to one here only narrow that.
const allRoles: Caller['roles'] = ['Reports.Read', 'Reports.ReadWrite', 'Admin']
