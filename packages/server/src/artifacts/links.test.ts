import { createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../kernel/app-error.ts'
import { hourMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import type { Artifact } from './artifact.ts'
import type { LinkKey } from './link-keys.ts'
import { mintLink, type MintLinkDeps } from './mint-link.ts'
import { anArtifact } from './testing/an-artifact.ts'
import { verifyLink, type VerifyLinkInput } from './verify-link.ts'

const startAt = Date.UTC(2024, 0, 6, 5, 38, 34, 600)
const key = (id: string, byte = 7): LinkKey => ({ id, secret: createSecretKey(new Uint8Array(32).fill(byte)) })

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const asker = { clientId: 'client-1', network: '203.0.113.7' }

function createLinks(
  artifacts: readonly Artifact[] = [anArtifact()],
  restrictions: Partial<Pick<MintLinkDeps, 'singleUse' | 'bindToAddress'>> = {},
) {
  const keptOut = new Set<string>()
  let ids = 0
  const deps = {
    singleUse: false,
    bindToAddress: false,
    ...restrictions,
    newId: () => `once-${(ids += 1)}`,
    lifetimeHours: 24,
  }
  const clock = createFakeClock(startAt)
  const ring = [key('key-1')]
  const keys = {
    newest: () => Promise.resolve(ring[0] ?? key('none')),
    find: (id: string) => Promise.resolve(ring.find((known) => known.id === id)),
  }
  const store = {
    findByExecution: () => Promise.resolve(undefined),
    withoutArtifact: () => Promise.resolve([]),
    findForLink: (accountId: string, artifactId: string) =>
      Promise.resolve(artifacts.find((known) => known.accountId === accountId && known.id === artifactId)),
  }
  const check = (input: Parts, network = asker.network) =>
    verifyLink({ keys, clock, artifacts: store, isKeptOut: async (id) => keptOut.has(id) }, { ...input, network })
  return {
    clock,
    ring,
    keptOut,
    mint: (artifact: Artifact) => mintLink({ ...deps, keys, clock }, artifact, asker),
    check,
    verify: async (input: Parts) => (await check(input)).artifact,
  }
}

type Parts = Omit<VerifyLinkInput, 'network'>

function partsOf(path: string): Record<'artifactId' | 'account' | 'client' | 'expires' | 'key' | 'signature', string> {
  const { pathname, searchParams } = new URL(path, 'http://almanac.test')
  const part = (name: string): string => searchParams.get(name) ?? ''
  return {
    artifactId: decodeURIComponent(pathname.split('/')[2] ?? ''),
    account: part('account'),
    client: part('client'),
    expires: part('expires'),
    key: part('key'),
    signature: part('signature'),
  }
}

const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => 'accepted',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )

describe('a link', () => {
  test('leads to its file until it ends, and ends on a whole second', async () => {
    const { clock, mint, verify } = createLinks()
    const { path, expiresAt } = await mint(anArtifact())
    expect(path).toMatch(
      /^\/download\/artifact-1\/Orders\.csv\?account=account-1&client=client-1&expires=1704605914&key=key-1&signature=[\w-]{43}$/,
    )
    expect(expiresAt).toBe(Date.UTC(2024, 0, 7, 5, 38, 34))
    await clock.set(expiresAt - 1)
    expect(await verify(partsOf(path))).toEqual(anArtifact())
    await clock.set(expiresAt)
    await expect(verify(partsOf(path))).rejects.toMatchObject({ code: 'link_expired', data: { expiredAt: expiresAt } })
  })

  test('leads to its file whatever ids and names hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.string({ unit: 'grapheme' }),
        fc.string({ unit: 'grapheme' }),
        async (id, accountId, fileName) => {
          fc.pre(id !== '.' && id !== '..')
          const artifact = anArtifact({ id, accountId, fileName })
          const { mint, verify } = createLinks([artifact])
          expect(await verify(partsOf((await mint(artifact)).path))).toBe(artifact)
        },
      ),
    )
  })

  test('of a file that was removed says that it is gone', async () => {
    const { mint, verify } = createLinks([])
    expect(await codeOf(verify(partsOf((await mint(anArtifact())).path)))).toBe('artifact_gone')
  })

  test('is good under an older key, and ends with it', async () => {
    const { ring, mint, verify } = createLinks()
    const old = partsOf((await mint(anArtifact())).path)
    ring.unshift(key('key-2', 9))
    const fresh = partsOf((await mint(anArtifact())).path)
    expect([old.key, fresh.key]).toEqual(['key-1', 'key-2'])
    expect([await codeOf(verify(old)), await codeOf(verify(fresh))]).toEqual(['accepted', 'accepted'])
    ring.pop()
    expect([await codeOf(verify(old)), await codeOf(verify(fresh))]).toEqual(['link_refused', 'accepted'])
  })

  test('says ids as they are, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a b&c=d', '+%20', 'é*-._~')),
        async (id) => {
          const artifact = anArtifact({ accountId: id })
          const { mint, verify } = createLinks([artifact])
          const { path } = await mint(artifact)
          expect(path).toContain(`?${new URLSearchParams({ account: id }).toString()}&`)
          expect(await verify(partsOf(path))).toEqual(artifact)
        },
      ),
    )
  })

  test('is refused when a part is missing', async () => {
    const { mint, verify } = createLinks()
    const parts = partsOf((await mint(anArtifact())).path)
    for (const name of ['account', 'client', 'expires', 'key', 'signature'] as const) {
      expect(await codeOf(verify({ ...parts, [name]: undefined }))).toBe('link_refused')
    }
  })

  test('is refused when it was altered, before anything else is said about it', async () => {
    const { clock, mint, verify } = createLinks([])
    const { path, expiresAt } = await mint(anArtifact())
    await clock.set(expiresAt + hourMs)
    expect(await codeOf(verify({ ...partsOf(path), expires: String(expiresAt) }))).toBe('link_refused')
  })

  test('is refused when one character of any part is changed, added or left out', async () => {
    const { ring, mint, verify } = createLinks()
    // A key whose id differs by one character from the one that signed must not help either.
    ring.push(key('key-2'), key('key-11'), key('key-'))
    const parts = partsOf((await mint(anArtifact())).path)
    const alteration = fc.record({
      name: fc.constantFrom('artifactId', 'account', 'client', 'expires', 'key', 'signature'),
      place: fc.nat({ max: 60 }),
      kind: fc.constantFrom('change', 'add', 'leave out'),
      // Mostly the characters that stand there, so that a change of base64url's last two bits is among them.
      character: fc.oneof(
        fc.constantFrom(...base64url.split('')),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    })
    await fc.assert(
      fc.asyncProperty(alteration, async ({ name, place, kind, character }) => {
        const text = parts[name]
        const at = place % (text.length + (kind === 'add' ? 1 : 0))
        const altered =
          text.slice(0, at) + (kind === 'leave out' ? '' : character) + text.slice(kind === 'add' ? at : at + 1)
        fc.pre(altered !== text)
        expect(await codeOf(verify({ ...parts, [name]: altered }))).toBe('link_refused')
      }),
      { numRuns: 1_000 },
    )
  })

  test('is refused when its signature says the same bytes in another way', async () => {
    const { mint, verify } = createLinks()
    const parts = partsOf((await mint(anArtifact())).path)
    const last = base64url.indexOf(parts.signature.at(-1) ?? '')
    const twin = parts.signature.slice(0, -1) + base64url.charAt(last + 1)
    expect(Buffer.from(twin, 'base64url')).toEqual(Buffer.from(parts.signature, 'base64url'))
    expect(await codeOf(verify({ ...parts, signature: twin }))).toBe('link_refused')
    expect(await codeOf(verify({ ...parts, signature: `${parts.signature}=` }))).toBe('link_refused')
  })

  test('of one account does not open the file of another', async () => {
    const { mint, verify } = createLinks([anArtifact(), anArtifact({ accountId: 'account-2' })])
    const mine = partsOf((await mint(anArtifact())).path)
    expect(await codeOf(verify({ ...mine, account: 'account-2' }))).toBe('link_refused')
    // Moving a character from one part to its neighbour makes other claims, not the same text.
    const { mint: mintShifted } = createLinks()
    const shifted = partsOf((await mintShifted(anArtifact({ id: '1artifact-1', accountId: 'account-' }))).path)
    expect(await codeOf(verify({ ...mine, signature: shifted.signature }))).toBe('link_refused')
  })

  test('of a client that is kept out is refused, and good again when it is let in', async () => {
    const links = createLinks()
    const parts = partsOf((await links.mint(anArtifact())).path)
    links.keptOut.add('client-1')
    await expect(links.check(parts)).rejects.toMatchObject({
      code: 'link_refused',
      data: { reason: 'its client is disabled' },
    })
    links.keptOut.clear()
    expect(await codeOf(links.check(parts))).toBe('accepted')
  })
})

describe('a link that works once', () => {
  const once = { singleUse: true }
  const withOnce = (path: string) => ({
    ...partsOf(path),
    once: new URL(path, 'http://a').searchParams.get('once') ?? '',
  })

  test('says by what its use is noted, and each is another one, within the same second too', async () => {
    const { mint, check } = createLinks(undefined, once)
    const [first, second] = [await mint(anArtifact()), await mint(anArtifact())]
    expect((await check(withOnce(first.path))).once).toEqual({ id: 'once-1', endsAt: first.expiresAt })
    expect((await check(withOnce(second.path))).once).toEqual({ id: 'once-2', endsAt: second.expiresAt })
  })

  test('is refused when it says that it works more often, or is another one', async () => {
    const { mint, check } = createLinks(undefined, once)
    const parts = withOnce((await mint(anArtifact())).path)
    expect(await codeOf(check({ ...parts, once: undefined }))).toBe('link_refused')
    expect(await codeOf(check({ ...parts, once: 'once-2' }))).toBe('link_refused')
    expect(await codeOf(check({ ...parts, once: '' }))).toBe('link_refused')
    const { mint: mintFree } = createLinks()
    expect(await codeOf(check({ ...partsOf((await mintFree(anArtifact())).path), once: 'x' }))).toBe('link_refused')
  })
})

describe('a link that is bound to the address that asked for it', () => {
  const bound = { bindToAddress: true }

  test('works from there, and from nowhere else', async () => {
    const { mint, check } = createLinks(undefined, bound)
    const { path } = await mint(anArtifact())
    expect(path).toContain('&bound=1&')
    // Who sees the link doesn't see where it works.
    expect(path).not.toContain(asker.network)
    const parts = { ...partsOf(path), bound: '1' }
    expect(await codeOf(check(parts))).toBe('accepted')
    expect(await codeOf(check(parts, '203.0.113.8'))).toBe('link_refused')
    expect(await codeOf(check({ ...parts, bound: undefined }))).toBe('link_refused')
    expect(await codeOf(check({ ...parts, bound: undefined }, '203.0.113.8'))).toBe('link_refused')
  })
})
