import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { dayMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Client } from './client.ts'
import { userName, type ClientUser, type RefreshToken } from './client-user.ts'
import type { LoginGuard } from './login-guard.ts'
import { OAuthError } from './oauth-error.ts'
import type { SecretChecker } from './secret-checker.ts'
import type { TokenForm } from './token-form.ts'
import type { UserStore } from './user-store.ts'

/** The grants by which a user gets a token: see `docs/reference/compatibility.md`, Tokens. */
export const userGrants = ['password', 'refresh_token'] as const
export type UserGrant = (typeof userGrants)[number]

export interface UserGrantDeps {
  /** Null where users don't log in: anywhere but in profile `partner-center`. */
  readonly users: UserStore | null
  readonly secrets: SecretChecker
  readonly logins: LoginGuard
  readonly clock: Clock
  readonly newId: NewId
}

/** A user who has proven itself, and what it stays logged in by. */
export interface LoggedIn {
  readonly user: ClientUser
  readonly refreshToken: string
}

// As Entra's: whoever comes once in three months stays logged in.
const lifetimeMs = 90 * dayMs

export function isUserGrant(grantType: string): grantType is UserGrant {
  return userGrants.some((grant) => grant === grantType)
}

/**
 * Logs a user in by a client that has proven itself. Raises `unsupported_grant` for a client without users,
 * `wrong_password` (of an unknown user too, after the same work), `refresh_refused`, `refresh_ended`,
 * `too_many_failures`.
 */
export async function logIn(
  deps: UserGrantDeps & { readonly users: UserStore },
  client: Client,
  form: TokenForm & { readonly grantType: UserGrant },
  network: string,
): Promise<LoggedIn> {
  const users = await deps.users.listUsers(client.id)
  if (users.length === 0) throw new OAuthError('unsupported_grant', { grantType: form.grantType })
  return form.grantType === 'password'
    ? logInByPassword(deps, client, users, form, network)
    : logInAgain(deps, client, form.refreshToken)
}

async function logInByPassword(
  deps: UserGrantDeps & { readonly users: UserStore },
  client: Client,
  users: readonly ClientUser[],
  { username, password }: TokenForm,
  network: string,
): Promise<LoggedIn> {
  const name = userName(username)
  // A user is a place of its own: one whose password is being guessed keeps the client's others out no longer than it must.
  const attempt = deps.logins.begin(`${client.id} ${name}`, network)
  const user = users.find((candidate) => candidate.name === name)
  if (!(await deps.secrets.check(password, user?.passwordHash ?? null)) || user === undefined) {
    attempt.failed()
    throw new OAuthError('wrong_password', { clientId: client.id })
  }
  attempt.succeeded()
  const { token, kept } = makeRefreshToken(deps.clock)
  await deps.users.insertRefreshToken({ ...kept, familyId: deps.newId(), clientId: client.id, userId: user.id })
  return { user, refreshToken: token }
}

async function logInAgain(
  { users, clock }: { readonly users: UserStore; readonly clock: Clock },
  client: Client,
  sent: string,
): Promise<LoggedIn> {
  const { token, kept } = makeRefreshToken(clock)
  const outcome = await users.takeRefreshToken({ hash: hashOf(sent), clientId: client.id }, kept)
  switch (outcome.kind) {
    case 'taken':
      return { user: outcome.user, refreshToken: token }
    case 'ended':
      throw new OAuthError('refresh_ended', { clientId: client.id })
    case 'unknown':
      throw new OAuthError('refresh_refused', { problem: 'it is not known, or was ended' })
    case 'reused':
      throw new OAuthError('refresh_refused', {
        problem: 'it was used before, so all that came of its log-in have ended; log in again',
      })
    default:
      return outcome satisfies never
  }
}

function makeRefreshToken(clock: Clock): {
  readonly token: string
  readonly kept: Pick<RefreshToken, 'hash' | 'createdAt' | 'endsAt'>
} {
  const token = `alr_${randomBytes(32).toString('base64url')}`
  const createdAt = clock.now()
  return { token, kept: { hash: hashOf(token), createdAt, endsAt: createdAt + lifetimeMs } }
}

/** Of 256 random bits a plain hash is enough: nobody tries them all. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
