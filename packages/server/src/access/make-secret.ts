import { randomBytes } from 'node:crypto'
import { dayMs } from '../kernel/hours.ts'
import type { ClientSecret } from './client-secret.ts'
import { hashSecret } from './hash-secret.ts'

export interface MadeSecret {
  readonly kept: ClientSecret
  /** In clear. This is the only time it is seen. */
  readonly secret: string
}

const hintLength = 4

/**
 * A new secret of 256 bits, with what is kept of it. `expiresInDays` null: it does not expire. The prefix lets a secret
 * scanner find one that leaked, and keeps a shell from reading `-x…` as a flag. Its hint is none of `otherHints`.
 */
export async function makeSecret(input: {
  readonly id: string
  readonly clientId: string
  readonly now: number
  readonly expiresInDays: number | null
  readonly otherHints: readonly string[]
}): Promise<MadeSecret> {
  const { id, clientId, now, expiresInDays, otherHints } = input
  let secret: string
  do secret = `alm_${randomBytes(32).toString('base64url')}`
  while (otherHints.includes(hintOf(secret)))
  return {
    secret,
    kept: {
      id,
      clientId,
      hash: await hashSecret(secret),
      hint: hintOf(secret),
      createdAt: now,
      expiresAt: expiresInDays === null ? null : now + expiresInDays * dayMs,
      lastUsedAt: null,
    },
  }
}

/** What of a secret may be shown: 24 of its 256 bits. */
export function hintOf(secret: string): string {
  return secret.slice(-hintLength)
}
