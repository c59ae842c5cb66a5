import { createHash, createPublicKey } from 'node:crypto'
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose'
import type { Clock } from '../kernel/clock.ts'
import { minuteMs, secondMs, toWireTime } from '../kernel/hours.ts'
import type { ClientCertificate } from './client-certificate.ts'
import type { CredentialStore } from './credential-store.ts'
import { isLive } from './is-live.ts'
import { issuerName, tokenEndpoint, tokenVersions, type Issuer } from './issuer.ts'
import { OAuthError } from './oauth-error.ts'

export interface CheckAssertionDeps {
  readonly credentials: Pick<CredentialStore, 'useAssertion'>
  readonly machineClock: Clock
  readonly issuer: Issuer
}

// What the libraries give an assertion is ten minutes. One that lived for days would be a password on its way.
const longestLifeMs = 10 * minuteMs
// A client's clock may be wrong by so much.
const skewMs = minuteMs
// With a chain of certificates in its header an assertion has some 6,000 characters.
const mostCharacters = 16_384
// Pinned: neither `none`, nor an HMAC with the public key as its secret.
export const assertionAlgorithms: readonly string[] = ['RS256', 'PS256']

/**
 * Which certificate's key signed an assertion of the client (RFC 7523): for this issuer, by and about the client, for a
 * few minutes, and never used before. Raises `bad_assertion`, `assertion_out_of_time`, `assertion_for_another_audience`,
 * `assertion_of_another_client`.
 */
export async function checkAssertion(
  deps: CheckAssertionDeps,
  input: {
    readonly clientId: string
    readonly assertion: string
    readonly certificates: readonly ClientCertificate[]
  },
): Promise<ClientCertificate> {
  const { clientId, assertion } = input
  const now = deps.machineClock.now()
  if (assertion.length > mostCharacters) throw bad(clientId, 'it is too long')
  const certificate = certificateMeant(input)
  if (now < certificate.validFromAt || !isLive(certificate, now)) {
    throw bad(clientId, 'the certificate of the key is out of date')
  }
  const { exp, jti } = await verify(deps.issuer, certificate, assertion, now)
  if (exp === undefined || typeof jti !== 'string' || jti === '') throw bad(clientId, 'it needs the claims exp and jti')
  const endsAt = Math.ceil(exp) * secondMs + skewMs
  if (endsAt > now + longestLifeMs + 2 * skewMs) {
    throw new OAuthError('assertion_out_of_time', {
      clientId,
      problem: `It may live for ${longestLifeMs / minuteMs} minutes at most`,
    })
  }
  // Last, and only of what is good otherwise: nobody else can fill the table, or use up the id of an assertion.
  const fresh = await deps.credentials.useAssertion({ clientId, id: digest(jti), endsAt }, now)
  if (!fresh) throw bad(clientId, 'it was used before; make a new one for each request')
  return certificate
}

/** The registered certificate that the header names by its thumbprint. */
function certificateMeant({
  clientId,
  assertion,
  certificates,
}: {
  readonly clientId: string
  readonly assertion: string
  readonly certificates: readonly ClientCertificate[]
}): ClientCertificate {
  const header = headerOf(assertion, clientId)
  const { 'x5t#S256': sha256, x5t: sha1 } = header
  if (sha256 === undefined && sha1 === undefined) throw bad(clientId, 'its header names no certificate (x5t#S256, x5t)')
  // Some libraries pad their base64url.
  const names = (thumbprint: string, value: unknown) =>
    typeof value === 'string' && value.replace(/=+$/, '') === thumbprint
  const found = certificates.find((certificate) =>
    sha256 === undefined ? names(certificate.thumbprintSha1, sha1) : names(certificate.thumbprint, sha256),
  )
  if (found === undefined) throw bad(clientId, 'the certificate that its header names is not registered')
  return found
}

function headerOf(assertion: string, clientId: string): Readonly<Record<string, unknown>> {
  try {
    return decodeProtectedHeader(assertion)
  } catch {
    throw bad(clientId, 'it is no signed JWT')
  }
}

async function verify(
  issuer: Issuer,
  { clientId, publicKey }: ClientCertificate,
  assertion: string,
  now: number,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(assertion, createPublicKey(publicKey), {
      algorithms: [...assertionAlgorithms],
      issuer: clientId,
      subject: clientId,
      // The endpoint, as Entra's libraries say it; the issuer itself, as newer ones do.
      audience: tokenVersions.flatMap((version) => [tokenEndpoint(issuer, version), issuerName(issuer, version)]),
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(now),
      clockTolerance: skewMs / secondMs,
    })
    return payload
  } catch (error) {
    throw refusalOf(error, clientId, now)
  }
}

function refusalOf(error: unknown, clientId: string, now: number): unknown {
  if (error instanceof errors.JWTExpired) {
    return new OAuthError('assertion_out_of_time', {
      clientId,
      problem: `It has expired; here it is ${toWireTime(now)}`,
    })
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error
    if (claim === 'aud') return new OAuthError('assertion_for_another_audience', { clientId })
    if ((claim === 'iss' || claim === 'sub') && reason === 'check_failed') {
      return new OAuthError('assertion_of_another_client', { clientId })
    }
    if (claim === 'nbf' && reason === 'check_failed') {
      return new OAuthError('assertion_out_of_time', {
        clientId,
        problem: `It is not valid yet; here it is ${toWireTime(now)}`,
      })
    }
    return bad(clientId, `its claim ${claim} is missing or wrong`)
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return bad(clientId, `it must be signed with ${assertionAlgorithms.join(' or ')}`)
  // Anything else, such as a store that doesn't answer, is no fault of the assertion.
  return error instanceof errors.JOSEError ? bad(clientId, 'its signature is wrong') : error
}

function bad(clientId: string, reason: string): OAuthError {
  return new OAuthError('bad_assertion', { clientId, reason })
}

/** `jti` is of any length. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
