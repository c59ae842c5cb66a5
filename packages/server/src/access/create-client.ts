import { randomBytes, randomInt } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Role } from './caller.ts'
import type { Client } from './client.ts'
import type { ClientStore } from './client-store.ts'
import { hashSecret } from './hash-secret.ts'

export interface CreateClientInput {
  readonly accountId: string
  readonly name: string
  readonly roles: readonly Role[]
}

export interface CreatedClient {
  readonly client: Client
  /** The secret in clear. This is the only time it is seen: the store keeps a hash. */
  readonly secret: string
}

/** Registers an app of an existing account and makes its id, its secret and the secret that signs its callbacks. */
export async function createClient(
  deps: { readonly clients: ClientStore; readonly clock: Clock; readonly newId: NewId },
  input: CreateClientInput,
): Promise<CreatedClient> {
  const secret = newSecret()
  const client: Client = {
    id: deps.newId(),
    accountId: input.accountId,
    name: input.name,
    user: String(randomInt(100_000_000, 1_000_000_000)),
    secretHash: await hashSecret(secret),
    roles: input.roles,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    createdAt: deps.clock.now(),
    disabledAt: null,
  }
  await deps.clients.insertClient(client)
  return { client, secret }
}

/** 256 bits. The prefix lets a secret scanner find one that leaked, and keeps a shell from reading `-x…` as a flag. */
function newSecret(): string {
  return `alm_${randomBytes(32).toString('base64url')}`
}
