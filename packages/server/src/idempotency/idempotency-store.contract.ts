import { describe, expect, test } from 'vitest'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { useTestDatabase } from '../stores/testing/test-database.ts'
import type { MakeTestDatabase } from '../stores/testing/test-database.ts'
import type { Beginning, KeyedRequest } from './idempotency-store.ts'

const now = Date.UTC(2026, 0, 10)

/** What every store of idempotency keys does. */
export function idempotencyStoreContract(name: string, makeDatabase: MakeTestDatabase): void {
  describe(`an idempotency store (${name})`, () => {
    const database = useTestDatabase(makeDatabase)

    function begin(change: Partial<KeyedRequest> = {}, store = database.stores.idempotency): Promise<Beginning> {
      const at = change.now ?? now
      return store.begin({
        clientId: 'client-1',
        key: 'key-1',
        fingerprint: 'aa',
        now: at,
        leaseEndsAt: at + 30 * secondMs,
        forgetBeforeAt: at - dayMs,
        ...change,
      })
    }

    test('takes a key, says that it is being served, and then what the answer was', async () => {
      expect(await begin()).toEqual({ kind: 'begun', begunAt: now })
      expect(await begin()).toEqual({ kind: 'in_progress' })
      await database.stores.idempotency.finish('client-1', 'key-1', '{"a":1}')
      expect(await begin({ now: now + 5_000 })).toEqual({ kind: 'answered', answer: '{"a":1}' })
    })

    test('tells requests apart by client, key and content', async () => {
      expect(await begin()).toEqual({ kind: 'begun', begunAt: now })
      expect(await begin({ clientId: 'client-2' })).toEqual({ kind: 'begun', begunAt: now })
      expect(await begin({ key: 'key-2' })).toEqual({ kind: 'begun', begunAt: now })
      expect(await begin({ fingerprint: 'bb' })).toEqual({ kind: 'mismatch' })
      await database.stores.idempotency.finish('client-1', 'key-1', '1')
      expect(await begin({ fingerprint: 'bb' })).toEqual({ kind: 'mismatch' })
    })

    test('serves a request anew whose server has died, and says so', async () => {
      await begin()
      expect(await begin({ now: now + 30 * secondMs - 1 })).toEqual({ kind: 'in_progress' })
      expect(await begin({ now: now + 30 * secondMs })).toEqual({ kind: 'begun_again', begunAt: now })
      expect(await begin({ now: now + 31 * secondMs })).toEqual({ kind: 'in_progress' })
    })

    test('takes a key for as long as it is renewed, and renews none that was answered or freed', async () => {
      const { idempotency } = database.stores
      await begin()
      await idempotency.renew('client-1', 'key-1', now + 60 * secondMs)
      expect(await begin({ now: now + 59 * secondMs })).toEqual({ kind: 'in_progress' })
      await idempotency.renew('client-1', 'key-1', now)
      expect(await begin({ now })).toEqual({ kind: 'begun_again', begunAt: now })
      await idempotency.finish('client-1', 'key-1', '1')
      await idempotency.renew('client-1', 'key-1', now + 60 * secondMs)
      expect(await begin()).toEqual({ kind: 'answered', answer: '1' })
      await idempotency.renew('client-2', 'key-1', now + 60 * secondMs)
      expect(await begin({ clientId: 'client-2' })).toEqual({ kind: 'begun', begunAt: now })
    })

    test('frees a key that was refused, and never one that was answered', async () => {
      await begin()
      await database.stores.idempotency.release('client-1', 'key-1')
      expect(await begin({ fingerprint: 'bb' })).toEqual({ kind: 'begun', begunAt: now })
      await database.stores.idempotency.finish('client-1', 'key-1', '1')
      await database.stores.idempotency.release('client-1', 'key-1')
      expect(await begin({ fingerprint: 'bb' })).toEqual({ kind: 'answered', answer: '1' })
    })

    test('forgets a key after its day, however many have piled up', async () => {
      for (let index = 0; index < 50; index += 1) await begin({ key: `old-${index}` })
      await database.stores.idempotency.finish('client-1', 'old-49', '1')
      expect(await begin({ key: 'old-49', now: now + dayMs })).toEqual({ kind: 'answered', answer: '1' })
      expect(await begin({ key: 'old-49', fingerprint: 'bb', now: now + dayMs + 1 })).toEqual({
        kind: 'begun',
        begunAt: now + dayMs + 1,
      })
    })

    test('gives a key that two servers ask for at once to one of them', async () => {
      const other = (await database.connectAgain()).idempotency
      const begun = await Promise.all([begin(), begin({}, other), begin(), begin({}, other)])
      expect(begun.map(({ kind }) => kind).toSorted()).toEqual(['begun', 'in_progress', 'in_progress', 'in_progress'])
    })
  })
}
