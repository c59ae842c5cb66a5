import { createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../kernel/app-error.ts'
import { hourMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import type { Artifact } from './artifact.ts'
import type { LinkKey } from './link-keys.ts'
import { mintLink } from './mint-link.ts'
import { anArtifact } from './testing/an-artifact.ts'
import { verifyLink, type VerifyLinkInput } from './verify-link.ts'

const startAt = Date.UTC(2024, 0, 6, 5, 38, 34, 600)
const key = (id: string, byte = 7): LinkKey => ({ id, secret: createSecretKey(new Uint8Array(32).fill(byte)) })

const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function createLinks(artifacts: readonly Artifact[] = [anArtifact()]) {
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
  return {
    clock,
    ring,
    mint: (artifact: Artifact) => mintLink({ keys, clock, lifetimeHours: 24 }, artifact),
    verify: (input: VerifyLinkInput) => verifyLink({ keys, clock, artifacts: store }, input),
  }
}

function partsOf(path: string): Required<Record<keyof VerifyLinkInput, string>> {
  const { pathname, searchParams } = new URL(path, 'http://almanac.test')
  const part = (name: string): string => searchParams.get(name) ?? ''
  return {
    artifactId: decodeURIComponent(pathname.split('/')[2] ?? ''),
    account: part('account'),
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
      /^\/download\/artifact-1\/Orders\.csv\?account=account-1&expires=1704605914&key=key-1&signature=[\w-]{43}$/,
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

  test('is refused when a part is missing', async () => {
    const { mint, verify } = createLinks()
    const parts = partsOf((await mint(anArtifact())).path)
    for (const name of ['account', 'expires', 'key', 'signature'] as const) {
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
      name: fc.constantFrom('artifactId', 'account', 'expires', 'key', 'signature'),
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
})
