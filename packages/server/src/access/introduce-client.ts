import { createHash, randomBytes } from 'node:crypto'
import { serverItself } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Client } from './client.ts'
import type { ClientStore } from './client-store.ts'
import type { Introduction } from './token-authority.ts'
import { unauthorized } from './unauthorized.ts'

/**
 * The id under which a client of another issuer is known here: a UUID of issuer, account and client, so that no issuer's
 * client is ever taken for another's or for one of ours, and each has ids and quotas of its own in each account.
 */
export function idOfIntroduced({ issuer, client }: Introduction, accountId: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([issuer, accountId, client]))
    .digest()
  // Version 8: made by a rule of one's own (RFC 9562).
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6)
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = hash.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

interface Newcomer {
  readonly clientId: string
  readonly accountId: string
  readonly introduction: Introduction
}

/**
 * A client of another issuer as it is going to be known. The account must be known: an issuer makes none. Raises
 * `unauthorized`.
 */
export async function newcomer(
  { clients, clock }: { readonly clients: Pick<ClientStore, 'findAccount'>; readonly clock: Clock },
  { clientId, accountId, introduction }: Newcomer,
): Promise<Client> {
  const account = await clients.findAccount(accountId)
  if (account === undefined) throw unauthorized('the account of the token is not known here')
  if (account.disabledAt !== null) throw unauthorized('the account of the token is disabled')
  const { issuer, client: name } = introduction
  return {
    id: clientId,
    accountId,
    name: `${name} of ${issuer}`,
    user: name,
    roles: [],
    webhookSecret: `whsec_${randomBytes(24).toString('base64')}`,
    createdAt: clock.now(),
    disabledAt: null,
    accountDisabledAt: null,
  }
}

/**
 * Makes a client of another issuer known when its first token with a role comes: from then on it has a secret for its
 * callbacks, is listed, and can be kept out. Raises `unauthorized`.
 */
export async function introduceClient(
  deps: { readonly clients: ClientStore; readonly clock: Clock },
  input: Newcomer,
): Promise<Client> {
  const { clients } = deps
  const client = await newcomer(deps, input)
  const { id: clientId, accountId, createdAt: at } = client
  const { issuer, client: name } = input.introduction
  try {
    await clients.insertClient(client, null, {
      ...serverItself,
      at,
      action: 'client.added',
      objectId: clientId,
      accountId,
      detail: { name, issuer },
    })
    return client
  } catch (error) {
    // Its first two requests may come at once, to two servers: the other one has made it known.
    const known = await clients.findClient(clientId)
    if (known === undefined) throw error
    return known
  }
}
