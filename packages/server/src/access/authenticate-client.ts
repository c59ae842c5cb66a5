import type { Clock } from '../kernel/clock.ts'
import { minuteMs } from '../kernel/hours.ts'
import { checkAssertion } from './check-assertion.ts'
import { isDisabled, type Client } from './client.ts'
import type { ClientStore } from './client-store.ts'
import type { CredentialStore } from './credential-store.ts'
import { isLive } from './is-live.ts'
import type { Issuer } from './issuer.ts'
import type { LoginAttempt, LoginGuard } from './login-guard.ts'
import { hintOf } from './make-secret.ts'
import { OAuthError, type OAuthErrorCode } from './oauth-error.ts'
import type { SecretChecker } from './secret-checker.ts'
import type { ClientProof } from './token-form.ts'
import type { TokenTally } from './token-tally.ts'

export interface AuthenticateClientDeps {
  readonly clients: ClientStore
  readonly credentials: CredentialStore
  readonly secrets: SecretChecker
  readonly logins: LoginGuard
  readonly tally: TokenTally
  readonly clock: Clock
  /** The machine's, by which clients say how long their assertions are good. */
  readonly machineClock: Clock
  readonly issuer: Issuer
  /** Hears that the time of last use could not be written: no reason to let nobody in. */
  readonly onNoteLost: (error: unknown) => void
}

/** Refusals of someone who did not prove who they are: these slow it down. */
const failedLogins: ReadonlySet<OAuthErrorCode> = new Set([
  'unknown_client',
  'wrong_secret',
  'expired_secret',
  'bad_assertion',
  'assertion_out_of_time',
  'assertion_for_another_audience',
  'assertion_of_another_client',
])

/**
 * The client that sent a request, proven by a secret or a signed assertion. Raises `unknown_client` or `wrong_secret`
 * after the same work, `expired_secret` and `disabled_client` only to one who has proven itself, the refusals of
 * `checkAssertion`, and `too_many_failures`.
 */
export async function authenticateClient(
  deps: AuthenticateClientDeps,
  proof: ClientProof,
  network: string,
): Promise<Client> {
  let attempt: LoginAttempt | undefined
  try {
    attempt = deps.logins.begin(proof.clientId, network)
    const client = proof.kind === 'secret' ? await clientBySecret(deps, proof) : await clientByAssertion(deps, proof)
    attempt.succeeded()
    if (isDisabled(client)) throw new OAuthError('disabled_client', { clientId: client.id })
    return client
  } catch (error) {
    if (error instanceof OAuthError) {
      if (failedLogins.has(error.code)) attempt?.failed()
      deps.tally.refused(isOfKnownClient(error) ? proof.clientId : null, error.code, network)
    }
    throw error
  }
}

/** Whether a refusal says that there is such a client. Whoever is told to wait may be anybody. */
function isOfKnownClient({ code }: OAuthError): boolean {
  return code !== 'unknown_client' && code !== 'too_many_failures'
}

type ProofOf<Kind extends ClientProof['kind']> = Extract<ClientProof, { readonly kind: Kind }>

async function clientBySecret(deps: AuthenticateClientDeps, { clientId, secret }: ProofOf<'secret'>): Promise<Client> {
  const [client, kept] = await Promise.all([deps.clients.findClient(clientId), deps.credentials.listSecrets(clientId)])
  // One hash at most is tried, whatever number of secrets there is, and one that nobody has for an unknown client: how
  // long it takes tells nothing.
  const meant = kept.find(({ hint }) => hint === hintOf(secret)) ?? kept.find(({ hint }) => hint === '')
  const matches = await deps.secrets.check(secret, meant?.hash ?? null)
  if (client === undefined) throw new OAuthError('unknown_client', { clientId, tenantId: deps.issuer.tenantId })
  if (!matches || meant === undefined) throw new OAuthError('wrong_secret', { clientId })
  const now = deps.clock.now()
  if (!isLive(meant, now)) throw new OAuthError('expired_secret', { clientId, hint: meant.hint })
  if (isNoteDue(meant, now)) await deps.credentials.noteSecretUsed(meant.id, now).catch(deps.onNoteLost)
  return client
}

async function clientByAssertion(
  deps: AuthenticateClientDeps,
  { clientId, assertion }: ProofOf<'assertion'>,
): Promise<Client> {
  const [client, certificates] = await Promise.all([
    deps.clients.findClient(clientId),
    deps.credentials.listCertificates(clientId),
  ])
  if (client === undefined) throw new OAuthError('unknown_client', { clientId, tenantId: deps.issuer.tenantId })
  const certificate = await checkAssertion(deps, { clientId, assertion, certificates })
  const now = deps.clock.now()
  if (isNoteDue(certificate, now)) {
    await deps.credentials.noteCertificateUsed(clientId, certificate.thumbprint, now).catch(deps.onNoteLost)
  }
  return client
}

/** To the minute is enough, and costs one write a minute whatever the number of requests. */
function isNoteDue({ lastUsedAt }: { readonly lastUsedAt: number | null }, now: number): boolean {
  return lastUsedAt === null || now - lastUsedAt >= minuteMs
}
