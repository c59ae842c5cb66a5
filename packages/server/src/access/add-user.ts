import { randomBytes } from 'node:crypto'
import { AppError } from '../kernel/app-error.ts'
import type { AuditSource } from '../kernel/audit-entry.ts'
import { userName, type ClientUser } from './client-user.ts'
import type { CreateClientDeps } from './create-client.ts'
import { hashSecret } from './hash-secret.ts'
import { requireClient } from './require-client.ts'
import type { UserStore } from './user-store.ts'

export interface UserDeps extends CreateClientDeps {
  readonly users: UserStore
}

export interface AddedUser {
  readonly user: ClientUser
  /** In clear. This is the only time it is seen. */
  readonly password: string
}

/** Lets a person log in by a client, with a password that is made here. Raises `not_found`, `invalid_request`. */
export async function addUser(
  deps: UserDeps,
  source: AuditSource,
  input: { readonly clientId: string; readonly name: string },
): Promise<AddedUser> {
  const client = await requireClient(deps.clients, input.clientId)
  const name = userName(input.name)
  if (name === '' || name.length > mostCharacters || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid_request', { sentence: `A user's name has 1 to ${mostCharacters} characters.` })
  }
  const password = `alm_${randomBytes(32).toString('base64url')}`
  const user: ClientUser = {
    id: deps.newId(),
    clientId: client.id,
    name,
    passwordHash: await hashSecret(password),
    createdAt: deps.clock.now(),
  }
  const added = await deps.users.insertUser(user, {
    ...source,
    at: user.createdAt,
    action: 'user.added',
    objectId: user.id,
    accountId: client.accountId,
    detail: { clientId: client.id, name },
  })
  if (!added) throw new AppError('invalid_request', { sentence: 'The client has a user of that name.' })
  return { user, password }
}

const mostCharacters = 200
