import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { LinkKey } from './link-keys.ts'

/** What a link says, as it says it: each part is signed as the text that stands in the address. */
export interface LinkClaims {
  readonly artifactId: string
  readonly accountId: string
  /** Who asked for it: a client that is kept out takes its links along. */
  readonly clientId: string
  /** Epoch seconds, decimal. */
  readonly expires: string
  /** What tells a link that works once from all others; null for one that works until it ends. */
  readonly once: string | null
  /** Whence alone it works; null: from everywhere. It is signed and stands nowhere in the address. */
  readonly network: string | null
}

/** HMAC-SHA256 over all claims and the key's id, base64url. */
export function linkSignature(key: LinkKey, claims: LinkClaims): string {
  const { artifactId, accountId, clientId, expires, once, network } = claims
  // A JSON list has one reading: no two sets of claims make the same text, whatever their ids hold. The first entry
  // keeps these signatures apart from anything else that a key may ever sign.
  const text = JSON.stringify(['almanac-link-1', key.id, accountId, clientId, artifactId, expires, once, network])
  return createHmac('sha256', key.secret).update(text).digest('base64url')
}

/**
 * Compares two signatures in a time that says nothing about where they differ. As text, and not as the bytes that the
 * text decodes to: base64url has several texts for the same bytes, and an altered link is to be refused.
 */
export function sameSignature(expected: string, given: string): boolean {
  return timingSafeEqual(digest(expected), digest(given))
}

// Equal lengths, which `timingSafeEqual` asks for, whatever was sent.
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
