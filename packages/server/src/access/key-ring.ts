import type { Clock } from '../kernel/clock.ts'
import { secondMs } from '../kernel/hours.ts'
import type { NewId } from '../kernel/ids.ts'
import { invariant } from '../kernel/invariant.ts'
import type { KeyStore, StoredKey } from './key-store.ts'

/** The keys of one purpose, ready for use. */
export interface KeyRing<Key> {
  /** The key that signs. The first use of an installation makes it. */
  newest(): Promise<Key>
  all(): Promise<readonly Key[]>
  find(id: string): Promise<Key | undefined>
}

export interface KeyRingDeps {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly newId: NewId
}

export interface KeyKind<Key> {
  readonly purpose: StoredKey['purpose']
  makeMaterial(): Promise<string>
  read(stored: StoredKey): Promise<Key>
}

// Another server may have added a key. Looking for it costs a query, and whoever invents key ids must not make us ask
// the store each time.
const lookAgainAfterMs = 10 * secondMs

/** Reads the keys on first use and keeps them in memory; an unknown id is looked for again, at most every 10 s. */
export function createKeyRing<Key extends { readonly id: string }>(
  deps: KeyRingDeps,
  kind: KeyKind<Key>,
): KeyRing<Key> {
  let reading: Promise<readonly Key[]> | undefined
  let readAt = 0

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
      const key: StoredKey = {
        id: deps.newId(),
        purpose: kind.purpose,
        material: await kind.makeMaterial(),
        createdAt: deps.clock.now(),
      }
      // Two servers may start at once: the store takes one key, and both read which.
      await deps.keys.insertUnless(key, 0)
      stored = await deps.keys.list(kind.purpose)
    }
    return Promise.all(stored.map((key) => kind.read(key)))
  }

  const all = () => reading ?? read()

  return {
    all,
    async newest() {
      const [newest] = await all()
      invariant(newest !== undefined, `there is a ${kind.purpose} key after one was made`)
      return newest
    },
    async find(id) {
      const known = (await all()).find((key) => key.id === id)
      if (known !== undefined || deps.clock.now() - readAt < lookAgainAfterMs) return known
      return (await read()).find((key) => key.id === id)
    },
  }
}
