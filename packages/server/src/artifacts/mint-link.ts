import type { Clock } from '../kernel/clock.ts'
import type { NewId } from '../kernel/ids.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import type { Artifact } from './artifact.ts'
import type { LinkKeys } from './link-keys.ts'
import { linkSignature } from './link-signature.ts'

export interface MintLinkDeps {
  readonly keys: LinkKeys
  readonly clock: Clock
  readonly newId: NewId
  readonly lifetimeHours: number
  /** Whether a link works once. */
  readonly singleUse: boolean
  /** Whether a link works from the network alone that asked for it. */
  readonly bindToAddress: boolean
}

/** Who asks for a link, and from where. */
export interface LinkAsker {
  readonly clientId: string
  readonly network: string
}

/** The address of a file that needs no token, below the server's public URL, and the instant at which it ends. */
export interface SecureLink {
  /** `/download/<artifactId>/<fileName>?account=…&client=…&expires=…&key=…&signature=…` */
  readonly path: string
  /** A whole second, as the wire shows it. */
  readonly expiresAt: number
}

/**
 * Makes a link to a file, good for `lifetimeHours` from now. Nothing is stored: the link carries its own permission.
 * The account and the client are named and signed, so that a link finds the file the way every other request does, within one account.
 * The file's name is only what a download tool saves under; it is not looked at.
 */
export async function mintLink(
  { keys, clock, newId, lifetimeHours, singleUse, bindToAddress }: MintLinkDeps,
  { id: artifactId, accountId, fileName }: Pick<Artifact, 'id' | 'accountId' | 'fileName'>,
  { clientId, network }: LinkAsker,
): Promise<SecureLink> {
  const key = await keys.newest()
  const expiresAt = linkEndsAt(clock.now(), lifetimeHours)
  const expires = String(expiresAt / secondMs)
  const once = singleUse ? newId() : null
  const claims = { artifactId, accountId, clientId, expires, once, network: bindToAddress ? network : null }
  const query = [
    `account=${formEncoded(accountId)}`,
    `client=${formEncoded(clientId)}`,
    `expires=${expires}`,
    `key=${formEncoded(key.id)}`,
    ...(once === null ? [] : [`once=${formEncoded(once)}`]),
    ...(bindToAddress ? ['bound=1'] : []),
    `signature=${linkSignature(key, claims)}`,
  ]
  const file = `${encodeURIComponent(artifactId)}/${encodeURIComponent(fileName)}`
  return { path: `/download/${file}?${query.join('&')}`, expiresAt }
}

/** A value as a form writes it. Most are ids, which it writes as they are. */
function formEncoded(value: string): string {
  return /^[\w.*-]*$/.test(value) ? value : new URLSearchParams([['', value]]).toString().slice(1)
}

/** When a link ends that is made now: a whole second, since links and the wire have no finer time. */
export function linkEndsAt(now: number, lifetimeHours: number): number {
  return Math.floor(now / secondMs) * secondMs + lifetimeHours * hourMs
}
