import { expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { issueToken } from './issue-token.ts'
import { createLinkKeys } from './link-keys.ts'
import { rotateKey } from './rotate-key.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { createTokenKeys, publicKeySet } from './token-keys.ts'
import { createOwnVerifier } from './testing/own-verifier.ts'

/** Two servers of one installation, each with keys of its own in memory. */
async function openTwoServers() {
  const one = await createInstallation()
  const deps = { keys: one.keyStore, clock: one.clock, newId: one.newId, linkLifetimeHours: 24 }
  const other: Installation = { ...one, keys: createTokenKeys(deps) }
  const rotate = (purpose: 'token' | 'link', changeover: 'overlap' | 'at-once') =>
    rotateKey(deps, serverItself, { purpose, changeover })
  return { one, other, deps, rotate }
}

const tokenOf = async (installation: Installation) =>
  (await issueToken(installation, installation.request())).access_token

test('no valid token is refused over a rotation, whichever server signed and whichever is asked', async () => {
  const { one, other, rotate } = await openTwoServers()
  const servers = [one, other]
  const verifiers = servers.map((server) => createOwnVerifier(server))
  const issued: { readonly token: string; readonly endsAt: number }[] = []
  const everyoneTakesAll = async () => {
    for (const { token, endsAt } of issued) {
      if (one.clock.now() >= endsAt) continue
      for (const verify of verifiers) expect(await verify(token)).toMatchObject({ accountId: 'contoso' })
    }
  }
  for (let second = 0; second < 90; second += 3) {
    if (second === 9) await rotate('token', 'overlap')
    for (const server of servers) {
      issued.push({ token: await tokenOf(server), endsAt: server.clock.now() + hourMs })
    }
    await everyoneTakesAll()
    await one.clock.advance(3 * secondMs)
  }
  for (let minute = 0; minute < 60; minute += 6) {
    await one.clock.advance(6 * minuteMs)
    await everyoneTakesAll()
  }
})

test('the new key signs when every server knows it; the old public key is published until its last token has ended', async () => {
  const { one, other, rotate } = await openTwoServers()
  const old = await one.keys.newest()
  await other.keys.newest()
  const made = await rotate('token', 'overlap')
  const published = async () => (await publicKeySet(other.keys)).keys.map(({ kid }) => kid)
  await one.clock.advance(10 * secondMs)
  expect(await published()).toEqual([made.id, old.id])
  expect((await one.keys.newest()).id).toBe(old.id)
  await one.clock.advance(10 * secondMs)
  expect((await one.keys.newest()).id).toBe(made.id)
  const lastSignedAt = one.clock.now()
  await one.clock.set(lastSignedAt + hourMs)
  expect(await published()).toEqual([made.id, old.id])
  await one.clock.advance(2 * minuteMs)
  expect(await published()).toEqual([made.id])
})

test('rotated at once, all that the old key signed is refused within ten seconds, remembered tokens too', async () => {
  const { one, other, rotate } = await openTwoServers()
  const verifiers = [one, other].map((server) => createOwnVerifier(server))
  const token = await tokenOf(one)
  for (const verify of verifiers) await verify(token)
  await rotate('token', 'at-once')
  await one.clock.advance(10 * secondMs)
  for (const verify of verifiers) await expect(verify(token)).rejects.toMatchObject({ code: 'unauthorized' })
  for (const verify of verifiers) expect(await verify(await tokenOf(one))).toMatchObject({ accountId: 'contoso' })
})

test('link keys are rotated by the life of links, and apart from token keys', async () => {
  const { one, deps, rotate } = await openTwoServers()
  const links = createLinkKeys(deps)
  const old = await links.newest()
  const tokenKey = await one.keys.newest()
  const made = await rotate('link', 'overlap')
  await one.clock.advance(20 * secondMs)
  expect((await links.newest()).id).toBe(made.id)
  await one.clock.advance(24 * hourMs)
  expect((await links.find(old.id))?.secret.equals(old.secret)).toBe(true)
  await one.clock.advance(2 * minuteMs)
  expect(await links.find(old.id)).toBeUndefined()
  expect((await one.keys.newest()).id).toBe(tokenKey.id)
})

test('a key that has ended is forgotten by the next rotation, and no key is told to the audit log', async () => {
  const { one, rotate } = await openTwoServers()
  await one.keys.newest()
  await rotate('token', 'at-once')
  await one.clock.advance(hourMs)
  await rotate('token', 'overlap')
  expect(await one.keyStore.list('token')).toHaveLength(2)
  const lines = (await one.audit.read(1, 100)).map(({ text }) => text)
  expect(lines.filter((text) => text.includes('key.rotated'))).toHaveLength(2)
  for (const { material } of await one.keyStore.list('token')) {
    const { d } = JSON.parse(material) as { readonly d: string }
    expect(lines.join('\n')).not.toContain(d.slice(0, 20))
  }
})
