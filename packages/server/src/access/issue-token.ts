import type { TokenAnswer, TokenAnswerV2 } from '@almanac/api'
import { SignJWT } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { audienceOf } from './audience-of.ts'
import type { Client } from './client.ts'
import type { ClientStore } from './client-store.ts'
import type { Issuer } from './issuer.ts'
import { OAuthError } from './oauth-error.ts'
import type { SecretChecker } from './secret-checker.ts'
import { notBeforeLeadSeconds, tokenClaims, tokenLifetimeSeconds } from './token-claims.ts'
import { readTokenForm, targetParameter, type TokenForm, type TokenRequest } from './token-form.ts'
import { tokenAlgorithm, type TokenKeys } from './token-keys.ts'

export interface IssueTokenDeps {
  readonly clients: ClientStore
  readonly keys: TokenKeys
  readonly secrets: SecretChecker
  readonly clock: Clock
  readonly newId: NewId
  readonly issuer: Issuer
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
  const client = await authenticateClient(deps, form)

  const issuedAtSeconds = Math.floor(clock.now() / secondMs)
  const key = await deps.keys.newest()
  const token = await new SignJWT(
    tokenClaims({ issuer, version: request.version, client, audience, issuedAtSeconds, tokenId: deps.newId() }),
  )
    .setProtectedHeader({ alg: tokenAlgorithm, typ: 'JWT', kid: key.id })
    .sign(key.privateKey)
  return request.version === '1.0' ? answerV1(token, audience, issuedAtSeconds) : answerV2(token)
}

function refuseIncomplete(form: TokenForm, { version }: TokenRequest): void {
  const mandatory: readonly (readonly [string, string])[] = [
    ['grant_type', form.grantType],
    ['client_id', form.clientId],
    ['client_secret', form.clientSecret],
    [targetParameter[version], form.target],
  ]
  // An unknown grant has parameters of its own: say that it is unknown before asking for ours.
  if (form.grantType !== '' && form.grantType !== 'client_credentials') {
    throw new OAuthError('unsupported_grant', { grantType: form.grantType })
  }
  const missing = mandatory.find(([, value]) => value === '')
  if (missing !== undefined) throw new OAuthError('missing_parameter', { parameter: missing[0] })
}

/** Raises `unknown_client` or `wrong_secret` after the same work, `disabled_client` only to one who knows the secret. */
async function authenticateClient(deps: IssueTokenDeps, { clientId, clientSecret }: TokenForm): Promise<Client> {
  const client = await deps.clients.findClient(clientId)
  const matches = await deps.secrets.check(clientSecret, client?.secretHash ?? null)
  if (client === undefined) throw new OAuthError('unknown_client', { clientId, tenantId: deps.issuer.tenantId })
  if (!matches) throw new OAuthError('wrong_secret', { clientId })
  if (client.disabledAt !== null) throw new OAuthError('disabled_client', { clientId })
  return client
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
