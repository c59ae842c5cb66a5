import { exportJWK, generateKeyPair } from 'jose'
import { expect, test } from 'vitest'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import type { KeyStore } from './key-store.ts'
import { createLinkKeys } from './link-keys.ts'
import { anEntry } from './testing/a-client.ts'
import { openAccessStores } from './testing/access-stores.ts'
import { createTokenKeys, publicKeySet } from './token-keys.ts'

async function createDeps() {
  const { keys } = await openAccessStores()
  let ids = 0
  return {
    keys,
    clock: createFakeClock(1_000_000),
    newId: () => {
      ids += 1
      return `key-${ids}`
    },
  }
}

test('the first use makes one key, however many callers ask at once', async () => {
  const deps = await createDeps()
  const ring = createLinkKeys(deps)
  const asked = await Promise.all(Array.from({ length: 20 }, () => ring.newest()))
  expect(new Set(asked.map((key) => key.id)).size).toBe(1)
  expect(asked[0]!.secret.symmetricKeySize).toBe(32)
  expect(await deps.keys.list('link')).toHaveLength(1)
})

test('two servers that start at once on one store use the same key', async () => {
  const deps = await createDeps()
  const [one, other] = await Promise.all([createTokenKeys(deps).newest(), createTokenKeys(deps).newest()])
  expect(one.id).toBe(other.id)
  expect(one.publicJwk).toEqual(other.publicJwk)
})

test('a key survives a restart, and link and token keys are apart', async () => {
  const deps = await createDeps()
  const before = await createLinkKeys(deps).newest()
  const tokenKey = await createTokenKeys(deps).newest()
  const after = await createLinkKeys(deps).newest()
  expect(after.secret.equals(before.secret)).toBe(true)
  expect(tokenKey.id).not.toBe(before.id)
})

test('a key that another server added is found, and the newest signs', async () => {
  const deps = await createDeps()
  const ring = createLinkKeys(deps)
  const first = await ring.newest()
  await deps.clock.advance(60_000)
  const material = Buffer.alloc(32, 7).toString('base64url')
  const now = deps.clock.now()
  await deps.keys.rotate(
    { id: 'added', purpose: 'link', material, createdAt: now, signsFromAt: now, endsAt: null },
    { othersEndAt: now + 1_000, forgetBeforeAt: 0 },
    anEntry('key.rotated'),
  )
  expect((await ring.find('added'))?.secret.export()).toEqual(Buffer.alloc(32, 7))
  expect((await ring.newest()).id).toBe('added')
  expect((await ring.find(first.id))?.id).toBe(first.id)
})

test('invented key ids cost the store one query in ten seconds', async () => {
  const deps = await createDeps()
  let reads = 0
  const keys: KeyStore = {
    ...deps.keys,
    list: (purpose) => {
      reads += 1
      return deps.keys.list(purpose)
    },
  }
  const ring = createLinkKeys({ ...deps, keys })
  await ring.newest()
  await deps.clock.advance(10_000)
  reads = 0
  for (let count = 0; count < 100; count += 1) expect(await ring.find(`invented-${count}`)).toBeUndefined()
  expect(reads).toBe(1)
})

test('a store that fails once is asked again', async () => {
  const deps = await createDeps()
  let failures = 1
  const ring = createLinkKeys({
    ...deps,
    keys: {
      list: async (purpose) => {
        if (failures > 0) {
          failures -= 1
          throw new Error('the disk is away')
        }
        return deps.keys.list(purpose)
      },
      insertFirst: (key) => deps.keys.insertFirst(key),
      rotate: (key, times, entry) => deps.keys.rotate(key, times, entry),
    },
  })
  await expect(ring.newest()).rejects.toThrow('the disk is away')
  expect((await ring.newest()).secret.symmetricKeySize).toBe(32)
})

test('the published key set holds no private part', async () => {
  const ring = createTokenKeys(await createDeps())
  const { keys } = await publicKeySet(ring)
  expect(keys).toHaveLength(1)
  expect(Object.keys(keys[0]!).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  expect(keys[0]).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: (await ring.newest()).id })
})

test('a key of a kind that only a newer version knows is left to that one: the others go on verifying and signing', async () => {
  const deps = await createDeps()
  const own = await createTokenKeys(deps).newest()
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const now = deps.clock.now()
  await deps.keys.rotate(
    {
      id: 'of the future',
      purpose: 'token',
      material: JSON.stringify(await exportJWK(privateKey)),
      createdAt: now,
      signsFromAt: now,
      endsAt: null,
    },
    { othersEndAt: now + 3_600_000, forgetBeforeAt: 0 },
    anEntry('key.rotated'),
  )
  const ring = createTokenKeys(deps)
  expect((await ring.newest()).id).toBe(own.id)
  expect(await ring.find('of the future')).toBeUndefined()
  expect((await publicKeySet(ring)).keys.map(({ kid }) => kid)).toEqual([own.id])
  expect(await deps.keys.list('token')).toHaveLength(2)
})
