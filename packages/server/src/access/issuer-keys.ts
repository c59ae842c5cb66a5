import { createHash } from 'node:crypto'
import { createLocalJWKSet, errors, type JWK, type JWTVerifyGetKey } from 'jose'
import { AppError } from '../kernel/app-error.ts'
import type { Clock } from '../kernel/clock.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import type { FetchDocument } from './fetch-document.ts'
import { isSecureUrl } from './is-secure-url.ts'
import type { TrustedIssuer } from './trusted-issuer.ts'

/** The public keys of another issuer, as it publishes them. */
export interface IssuerKeys {
  /** The key that a token's header names. Raises jose's refusals, and `issuer_unavailable` when none were ever had. */
  find(...named: Parameters<JWTVerifyGetKey>): Promise<IssuerKey>
  /** Whether what `find` has given with this print is in force still. */
  isPublished(print: string): Promise<boolean>
  /** Asks for them ahead of the first token. Never rejects. */
  ask(): Promise<void>
}

/** A key that verifies a token. */
export interface IssuerKey {
  readonly key: Awaited<ReturnType<JWTVerifyGetKey>>
  /** What is published under the id that the token names; undefined when it names none. */
  readonly published: PublishedKey | undefined
  /** Of that id and the very keys under it: an issuer may put another key in place under the same id. */
  readonly print: string | null
}

/** A key as it is published. `issuer` is Entra's: for whose tokens it is good. */
export type PublishedKey = JWK & { readonly issuer?: unknown }

export interface IssuerKeysDeps {
  readonly issuer: Pick<TrustedIssuer, 'issuer' | 'discoveryUrl'>
  readonly fetchDocument: FetchDocument
  /** The machine's: what waits is the network. */
  readonly machineClock: Clock
  /** Hears why keys can't be had, and once an hour that it is so still; the last ones stay in force. */
  readonly onFailure: (error: unknown) => void
}

// Keys that are taken away end within this, and a token meanwhile waits for nobody.
const askEveryMs = hourMs
/**
 * A key that isn't known may be new, so it is asked for at once; but whoever invents key ids must not make us ask the
 * issuer each time, nor keep asking one that is down. While somebody does, a new key is known this much later.
 */
export const askAgainAfterMs = 10 * secondMs

// Whoever sends tokens that name the issuer makes us ask: a log must not grow by what strangers do.
const tellAgainAfterMs = hourMs

interface KeySet {
  readonly keys: readonly PublishedKey[]
  /** By the id of a key. */
  readonly prints: ReadonlyMap<string, string>
  readonly find: JWTVerifyGetKey
}

/** Keeps the key set of an issuer: asked for when it is old or lacks a key; the last good one while the issuer is down. */
export function createIssuerKeys(deps: IssuerKeysDeps): IssuerKeys {
  const { machineClock: clock } = deps
  let current: KeySet | undefined
  let hadAt = -Infinity
  let askedAt = -Infinity
  let toldAt = -Infinity
  let asking: Promise<void> | undefined

  /** One question at a time: who comes meanwhile waits for its answer. */
  function ask(): Promise<void> {
    asking ??= askOnce().finally(() => {
      asking = undefined
    })
    return asking
  }

  async function askOnce(): Promise<void> {
    askedAt = clock.now()
    try {
      current = await fetchKeySet(deps)
      hadAt = clock.now()
      toldAt = -Infinity
    } catch (error) {
      if (Math.abs(clock.now() - toldAt) < tellAgainAfterMs) return
      toldAt = clock.now()
      deps.onFailure(error)
    }
  }

  function askIfAllowed(): Promise<void> {
    if (asking !== undefined) return asking
    // Either way: a clock that was turned back must not silence us for ever.
    return Math.abs(clock.now() - askedAt) < askAgainAfterMs ? Promise.resolve() : ask()
  }

  async function keySet(): Promise<KeySet> {
    if (current === undefined) await askIfAllowed()
    // In the background: a token of a key that is known waits for nobody.
    else if (Math.abs(clock.now() - hadAt) >= askEveryMs) void askIfAllowed()
    if (current !== undefined) return current
    throw new AppError('issuer_unavailable', { retryAfterSeconds: askAgainAfterMs / secondMs })
  }

  return {
    ask,
    async find(header, token) {
      const before = await keySet()
      try {
        return await keyIn(before, header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        await askIfAllowed()
        const after = await keySet()
        if (after === before) throw error
        return keyIn(after, header, token)
      }
    },
    isPublished: async (print) => [...(await keySet()).prints.values()].includes(print),
  }
}

/** A key that says to be one and can't be read is none; the token that names it is not our failure. */
async function keyIn({ keys, prints, find }: KeySet, ...named: Parameters<JWTVerifyGetKey>): Promise<IssuerKey> {
  try {
    const key = await find(...named)
    const [{ kid }] = named
    const published = kid === undefined ? undefined : keys.find((candidate) => candidate.kid === kid)
    return { key, published, print: (kid !== undefined && prints.get(kid)) || null }
  } catch (error) {
    throw error instanceof errors.JOSEError ? error : new errors.JWKSNoMatchingKey(undefined, { cause: error })
  }
}

async function fetchKeySet({ issuer, fetchDocument }: IssuerKeysDeps): Promise<KeySet> {
  const { discoveryUrl } = issuer
  const document = await fetchDocument(discoveryUrl)
  if (!isObject(document)) throw new Error(`${discoveryUrl} is no discovery document`)
  const { issuer: name, jwks_uri: url } = document
  // Whoever can put a document there must not pass for another issuer (OpenID Connect Discovery, section 4.3).
  if (name !== issuer.issuer) {
    throw new Error(`${discoveryUrl} is of the issuer ${JSON.stringify(name)}, not ${JSON.stringify(issuer.issuer)}`)
  }
  if (typeof url !== 'string' || !isSecureUrl(url) || isOnlyHere(url, discoveryUrl)) {
    throw new Error(`${discoveryUrl} names no jwks_uri of https`)
  }
  const set = await fetchDocument(url)
  const keys = isObject(set) && Array.isArray(set['keys']) ? set['keys'].filter(isPublicKey) : []
  if (keys.length === 0) throw new Error(`${url} has no key that could be used`)
  return { keys, prints: printsOf(keys), find: createLocalJWKSet({ keys }) }
}

/** By id, a hash of it and of the numbers of the keys under it, several where they are of several kinds. */
function printsOf(keys: readonly PublishedKey[]): ReadonlyMap<string, string> {
  const byId = Map.groupBy(keys, ({ kid }) => kid)
  return new Map(
    [...byId].flatMap(([id, same]) => {
      if (id === undefined) return []
      const numbers = same.map(({ kty, crv, n, e, x, y }) => JSON.stringify([kty, crv, n, e, x, y])).toSorted()
      return [
        [
          id,
          createHash('sha256')
            .update(JSON.stringify([id, numbers]))
            .digest('base64'),
        ] as const,
      ]
    }),
  )
}

/** http is safe on this machine itself, but no issuer elsewhere may have us ask what listens here. */
function isOnlyHere(url: string, discoveryUrl: string): boolean {
  return URL.parse(discoveryUrl)?.protocol === 'https:' && URL.parse(url)?.protocol !== 'https:'
}

/** An asymmetric key that signs, of a length that is safe. A key set may hold others, for other purposes. */
function isPublicKey(key: unknown): key is PublishedKey {
  if (!isObject(key)) return false
  const { kty, n, use, d } = key
  if (d !== undefined || (use !== undefined && use !== 'sig')) return false
  if (kty === 'RSA') return typeof n === 'string' && Buffer.from(n, 'base64url').length >= leastRsaBytes
  return kty === 'EC' || kty === 'OKP'
}

const leastRsaBytes = 256

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
