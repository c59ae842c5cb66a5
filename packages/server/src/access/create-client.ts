import { randomBytes, randomInt } from 'node:crypto'
import type { AuditSource } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import type { Role } from './caller.ts'
import type { Client } from './client.ts'
import type { ClientStore, FirstCredential } from './client-store.ts'
import { makeSecret } from './make-secret.ts'
import { readCertificate } from './read-certificate.ts'

export interface CreateClientDeps {
  readonly clients: ClientStore
  readonly clock: Clock
  readonly newId: NewId
}

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
  deps: CreateClientDeps,
  source: AuditSource,
  input: CreateClientInput & { readonly expiresInDays?: number | null },
): Promise<CreatedClient> {
  const client = newClient(deps, input)
  const { kept, secret } = await makeSecret({
    id: deps.newId(),
    clientId: client.id,
    now: client.createdAt,
    expiresInDays: input.expiresInDays ?? null,
    otherHints: [],
  })
  await insert(deps, source, client, { kind: 'secret', secret: kept })
  return { client, secret }
}

/**
 * Registers an app that proves itself by a certificate and has no secret. `certificate` is PEM or DER. Raises
 * `invalid_request` for one that can't be used.
 */
export async function createClientWithCertificate(
  deps: CreateClientDeps,
  source: AuditSource,
  input: CreateClientInput & { readonly certificate: Buffer },
): Promise<Client> {
  const client = newClient(deps, input)
  const certificate = readCertificate(input.certificate, client.id, client.createdAt)
  await insert(deps, source, client, { kind: 'certificate', certificate })
  return client
}

/** Registers an app under an id of the caller's choice. It has nothing to prove itself by yet. */
export async function registerClient(
  deps: CreateClientDeps,
  source: AuditSource,
  input: CreateClientInput & { readonly id: string },
): Promise<Client> {
  const client = newClient({ ...deps, newId: () => input.id }, input)
  await insert(deps, source, client, null)
  return client
}

function newClient({ newId, clock }: CreateClientDeps, { accountId, name, roles }: CreateClientInput): Client {
  return {
    id: newId(),
    accountId,
    name,
    user: String(randomInt(100_000_000, 1_000_000_000)),
    roles,
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    createdAt: clock.now(),
    disabledAt: null,
    accountDisabledAt: null,
  }
}

function insert(
  { clients }: CreateClientDeps,
  source: AuditSource,
  client: Client,
  credential: FirstCredential | null,
): Promise<void> {
  const { id, accountId, name, roles, createdAt } = client
  const proof = credential === null ? {} : proofOf(credential)
  return clients.insertClient(client, credential, {
    ...source,
    at: createdAt,
    action: 'client.added',
    objectId: id,
    accountId,
    detail: { name, roles, ...proof },
  })
}

function proofOf(credential: FirstCredential) {
  return credential.kind === 'secret'
    ? { secretId: credential.secret.id }
    : { certificate: credential.certificate.thumbprint }
}
