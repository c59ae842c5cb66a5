import type { TokenAnswer, TokenAnswerV2 } from '@almanac/api'
import { SignJWT } from 'jose'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { audienceOf } from './audience-of.ts'
import { authenticateClient, type AuthenticateClientDeps } from './authenticate-client.ts'
import { OAuthError } from './oauth-error.ts'
import { notBeforeLeadSeconds, tokenClaims, tokenLifetimeSeconds } from './token-claims.ts'
import { readTokenForm, targetParameter, type TokenForm, type TokenRequest } from './token-form.ts'
import { tokenAlgorithm, type TokenKeys } from './token-keys.ts'

export interface IssueTokenDeps extends AuthenticateClientDeps {
  readonly keys: TokenKeys
  readonly newId: NewId
  /** Resources that tokens may be asked for. */
  readonly audiences: readonly string[]
}

/**
 * Answers a client-credentials request with a token of an hour: v1's answer, where every number is text, or v2.0's. See
 * `docs/reference/compatibility.md`, Tokens. Raises an `OAuthError`, or `too_busy` when too many requests wait.
 */
export async function issueToken(deps: IssueTokenDeps, request: TokenRequest): Promise<TokenAnswer | TokenAnswerV2> {
  const { issuer, clock } = deps
  if (request.tenantId.toLowerCase() !== issuer.tenantId.toLowerCase()) {
    throw new OAuthError('unknown_tenant', { tenantId: request.tenantId })
  }
  const form = readTokenForm(request)
  refuseIncomplete(form, request)
  const audience = audienceOf(form.target, request.version, deps.audiences)
  const client = await authenticateClient(deps, form.proof, request.network)

  const issuedAtSeconds = Math.floor(clock.now() / secondMs)
  const key = await deps.keys.newest()
  const token = await new SignJWT(
    tokenClaims({ issuer, version: request.version, client, audience, issuedAtSeconds, tokenId: deps.newId() }),
  )
    .setProtectedHeader({ alg: tokenAlgorithm, typ: 'JWT', kid: key.id })
    .sign(key.privateKey)
  deps.tally.issued(client.id, request.network)
  return request.version === '1.0' ? answerV1(token, audience, issuedAtSeconds) : answerV2(token)
}

function refuseIncomplete(form: TokenForm, { version }: TokenRequest): void {
  const mandatory: readonly (readonly [string, string])[] = [
    ['grant_type', form.grantType],
    ['client_id', form.proof.clientId],
    form.proof.kind === 'secret' ? ['client_secret', form.proof.secret] : ['client_assertion', form.proof.assertion],
    [targetParameter[version], form.target],
  ]
  // An unknown grant has parameters of its own: say that it is unknown before asking for ours.
  if (form.grantType !== '' && form.grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant', { grantType: form.grantType })
  }
  const missing = mandatory.find(([, value]) => value === '')
  if (missing !== undefined) throw new OAuthError('missing_parameter', { parameter: missing[0] })
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
