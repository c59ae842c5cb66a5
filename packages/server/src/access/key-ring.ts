import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { invariant } from '../kernel/invariant.ts'
import type { KeyStore, StoredKey } from './key-store.ts'

/** The keys of one purpose, ready for use. A key that has ended is none. */
export interface KeyRing<Key> {
  /** The key that signs. The first use of an installation makes it. */
  newest(): Promise<Key>
  /** Newest first. */
  all(): Promise<readonly Key[]>
  find(id: string): Promise<Key | undefined>
}

/** What a ring asks of the keys on it. */
export type RingKey = Pick<StoredKey, 'id' | 'signsFromAt' | 'endsAt'>

export interface KeyRingDeps {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly newId: NewId
}

export interface KeyKind<Key> {
  readonly purpose: StoredKey['purpose']
  makeMaterial(): Promise<string>
  /** Null for a key of a kind that only a newer version knows: it is left to that one. */
  read(stored: StoredKey): Promise<Key | null>
}

/**
 * How long keys are believed to be the ones that were read. Another server may rotate them; and whoever invents key ids
 * must not make us ask the store each time. A new key signs only when every server has read it: see `rotate-key.ts`.
 */
export const keysReadEveryMs = 10 * secondMs

/** Reads the keys on first use and keeps them in memory; looks for others after 10 s, when it is used again. */
export function createKeyRing<Key extends RingKey>(deps: KeyRingDeps, kind: KeyKind<Key>): KeyRing<Key> {
  let reading: Promise<readonly Key[]> | undefined
  let readAt = 0
  // Preparing a key for use costs more than reading it.
  let prepared: ReadonlyMap<string, Promise<Key | null>> = new Map()

  function read(): Promise<readonly Key[]> {
    readAt = deps.clock.now()
    const attempt = readOrMake()
    reading = attempt
    // A store that was away for a moment must not be remembered as the answer.
    attempt.catch(() => {
      if (reading === attempt) reading = undefined
    })
    return attempt
  }

  async function readOrMake(): Promise<readonly Key[]> {
    let stored = await deps.keys.list(kind.purpose)
    if (stored.length === 0) {
      // Two servers may start at once: the store takes one key, and both read which.
      await deps.keys.insertFirst(await newKey(deps, kind))
      stored = await deps.keys.list(kind.purpose)
    }
    const before = prepared
    prepared = new Map(stored.map((key) => [key.id, before.get(key.id) ?? kind.read(key)]))
    const ring = await Promise.all(
      stored.map(async (key) => {
        const ready = await prepared.get(key.id)
        invariant(ready !== undefined, 'a key that was listed was prepared')
        // A rotation since has given the same key an end.
        return ready && { ...ready, ...timesOf(key) }
      }),
    )
    return ring.filter((key) => key !== null)
  }

  async function all(): Promise<readonly Key[]> {
    const now = deps.clock.now()
    // Either way: a clock that was turned back must not keep old keys for ever.
    const isRecent = Math.abs(now - readAt) < keysReadEveryMs
    const keys = await (reading !== undefined && isRecent ? reading : read())
    return keys.filter(({ endsAt }) => endsAt === null || now < endsAt)
  }

  return {
    all,
    async newest() {
      const keys = await all()
      const now = deps.clock.now()
      // Where none signs already, as with a clock behind the one that made the keys, the first one does.
      const newest = keys.find(({ signsFromAt }) => signsFromAt <= now) ?? keys.at(-1)
      invariant(newest !== undefined, `there is a ${kind.purpose} key that this version knows after one was made`)
      return newest
    },
    find: async (id) => (await all()).find((key) => key.id === id),
  }
}

/** A key of new material that signs from now on. */
export async function newKey(
  { clock, newId }: Pick<KeyRingDeps, 'clock' | 'newId'>,
  { purpose, makeMaterial }: Pick<KeyKind<unknown>, 'purpose' | 'makeMaterial'>,
): Promise<StoredKey> {
  const material = await makeMaterial()
  const now = clock.now()
  return { id: newId(), purpose, material, createdAt: now, signsFromAt: now, endsAt: null }
}

/** When a key signs and ends. */
export function timesOf({ id, signsFromAt, endsAt }: StoredKey): RingKey {
  return { id, signsFromAt, endsAt }
}
