import type { TokenAnswer, TokenAnswerV2 } from '@almanac/api'
import { SignJWT } from 'jose'
import { secondMs } from '../kernel/hours.ts'
import { audienceOf } from './audience-of.ts'
import type { Client } from './client.ts'
import { authenticateClient, type AuthenticateClientDeps } from './authenticate-client.ts'
import { OAuthError } from './oauth-error.ts'
import { notBeforeLeadSeconds, tokenClaims, tokenLifetimeSeconds } from './token-claims.ts'
import { readTokenForm, targetParameter, type TokenForm, type TokenRequest } from './token-form.ts'
import { tokenAlgorithm, type TokenKeys } from './token-keys.ts'
import { isUserGrant, logIn, type LoggedIn, type UserGrantDeps } from './user-grants.ts'

export interface IssueTokenDeps extends AuthenticateClientDeps, UserGrantDeps {
  readonly keys: TokenKeys
  /** Resources that tokens may be asked for. */
  readonly audiences: readonly string[]
}

/**
 * Answers a request of a client, or of a user by it, with a token of an hour: v1's answer, where every number is text, or
 * v2.0's. See `docs/reference/compatibility.md`, Tokens. Raises an `OAuthError`, or `too_busy` when too many requests wait.
 */
export async function issueToken(deps: IssueTokenDeps, request: TokenRequest): Promise<TokenAnswer | TokenAnswerV2> {
  const { issuer, clock } = deps
  if (request.tenantId.toLowerCase() !== issuer.tenantId.toLowerCase()) {
    throw new OAuthError('unknown_tenant', { tenantId: request.tenantId })
  }
  const form = readTokenForm(request)
  refuseIncomplete(deps, form, request)
  const audience = audienceOf(form.target, request.version, deps.audiences)
  const client = await authenticateClient(deps, form.proof, request.network)
  const loggedIn = await logInIfAsked(deps, client, form, request.network)

  const issuedAtSeconds = Math.floor(clock.now() / secondMs)
  const key = await deps.keys.newest()
  const token = await new SignJWT(
    tokenClaims({
      issuer,
      version: request.version,
      client,
      audience,
      issuedAtSeconds,
      tokenId: deps.newId(),
      userName: loggedIn?.user.name ?? null,
    }),
  )
    .setProtectedHeader({ alg: tokenAlgorithm, typ: 'JWT', kid: key.id })
    .sign(key.privateKey)
  deps.tally.issued(client.id, request.network)
  const answer = request.version === '1.0' ? answerV1(token, audience, issuedAtSeconds) : answerV2(token)
  return loggedIn === null ? answer : { ...answer, refresh_token: loggedIn.refreshToken, scope: 'user_impersonation' }
}

/** Null for a client that acts for itself. A user's failure is the client's, as far as the audit log counts them. */
async function logInIfAsked(
  deps: IssueTokenDeps,
  client: Client,
  form: TokenForm,
  network: string,
): Promise<LoggedIn | null> {
  const { grantType } = form
  if (deps.users === null || !isUserGrant(grantType)) return null
  try {
    return await logIn({ ...deps, users: deps.users }, client, { ...form, grantType }, network)
  } catch (error) {
    if (error instanceof OAuthError) deps.tally.refused(client.id, error.code, network)
    throw error
  }
}

function refuseIncomplete({ users }: IssueTokenDeps, form: TokenForm, { version }: TokenRequest): void {
  const isOfUser = users !== null && isUserGrant(form.grantType)
  const mandatory: readonly (readonly [string, string])[] = [
    ['grant_type', form.grantType],
    ['client_id', form.proof.clientId],
    form.proof.kind === 'secret' ? ['client_secret', form.proof.secret] : ['client_assertion', form.proof.assertion],
    [targetParameter[version], form.target],
    ...(isOfUser ? mandatoryOf(form) : []),
  ]
  // An unknown grant has parameters of its own: say that it is unknown before asking for ours.
  if (form.grantType !== '' && form.grantType !== 'client_credentials' && !isOfUser) {
    throw new OAuthError('unsupported_grant', { grantType: form.grantType })
  }
  const missing = mandatory.find(([, value]) => value === '')
  if (missing !== undefined) throw new OAuthError('missing_parameter', { parameter: missing[0] })
}

function mandatoryOf({
  grantType,
  username,
  password,
  refreshToken,
}: TokenForm): readonly (readonly [string, string])[] {
  return grantType === 'password'
    ? [
        ['username', username],
        ['password', password],
      ]
    : [['refresh_token', refreshToken]]
}

function answerV1(token: string, resource: string, issuedAtSeconds: number): TokenAnswer {
  return {
    token_type: 'Bearer',
    expires_in: String(tokenLifetimeSeconds - 1),
    ext_expires_in: String(tokenLifetimeSeconds - 1),
    expires_on: String(issuedAtSeconds + tokenLifetimeSeconds),
    not_before: String(issuedAtSeconds - notBeforeLeadSeconds),
    resource,
    access_token: token,
  }
}

function answerV2(token: string): TokenAnswerV2 {
  return {
    token_type: 'Bearer',
    expires_in: tokenLifetimeSeconds - 1,
    ext_expires_in: tokenLifetimeSeconds - 1,
    access_token: token,
  }
}
