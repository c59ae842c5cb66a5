import { expect, test } from 'vitest'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { issueToken } from './issue-token.ts'
import { createLoginGuard, type LoginGuard } from './login-guard.ts'
import { OAuthError, oauthErrorAnswer } from './oauth-error.ts'
import { createInstallation } from './testing/installation.ts'

const home = '203.0.113.7'

function openGuard(capacity?: number) {
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 12))
  return { clock, guard: createLoginGuard(clock, capacity) }
}

/** Seconds until the client may try again; 0: at once. */
function pause(guard: LoginGuard, client: string, network: string): number {
  try {
    guard.begin(client, network)
    return 0
  } catch (error) {
    if (!(error instanceof OAuthError) || !('retryAfterSeconds' in error.data)) throw error
    return error.data.retryAfterSeconds as number
  }
}

/** Fails as soon as it may, `count` times. */
async function fail(open: ReturnType<typeof openGuard>, client: string, network: string, count: number): Promise<void> {
  for (let failed = 0; failed < count; failed += 1) {
    await open.clock.advance(pause(open.guard, client, network) * secondMs)
    open.guard.begin(client, network).failed()
  }
}

test('a few failures cost nothing, then the pause doubles up to a minute', async () => {
  const open = openGuard()
  await fail(open, 'a', home, 5)
  expect(pause(open.guard, 'a', home)).toBe(0)
  const pauses: number[] = []
  for (let count = 0; count < 9; count += 1) {
    await fail(open, 'a', home, 1)
    pauses.push(pause(open.guard, 'a', home))
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
})

test('who waits is let try when the pause is over, and a success makes good for the failures', async () => {
  const open = openGuard()
  await fail(open, 'a', home, 9)
  expect(pause(open.guard, 'a', home)).toBe(8)
  await open.clock.advance(8 * secondMs)
  open.guard.begin('a', home).succeeded()
  await fail(open, 'a', home, 5)
  expect(pause(open.guard, 'a', home)).toBe(0)
})

test('failures are forgotten after a quarter of an hour', async () => {
  const open = openGuard()
  await fail(open, 'a', home, 12)
  await open.clock.advance(15 * minuteMs + 1)
  await fail(open, 'a', home, 5)
  expect(pause(open.guard, 'a', home)).toBe(0)
})

test('another client behind the same address waits seconds, whatever goes on there', async () => {
  const open = openGuard()
  await fail(open, 'attacked', home, 500)
  expect(pause(open.guard, 'attacked', home)).toBe(60)
  expect(pause(open.guard, 'other', home)).toBeLessThanOrEqual(5)
  expect(pause(open.guard, 'other', '198.51.100.1')).toBe(0)
})

test('an address that tries one client after the other is slowed', async () => {
  const open = openGuard()
  for (let count = 0; count < 20; count += 1) await fail(open, `client-${count}`, home, 1)
  expect(pause(open.guard, 'next', home)).toBe(0)
  for (let count = 20; count < 26; count += 1) await fail(open, `client-${count}`, home, 1)
  expect(pause(open.guard, 'next', home)).toBe(5)
})

test('a client that many addresses try is slowed by seconds there, and not at all where it lately got in', async () => {
  const open = openGuard()
  open.guard.begin('a', home).succeeded()
  for (let count = 0; count < 60; count += 1) await fail(open, 'a', `198.51.100.${count}`, 1)
  expect(pause(open.guard, 'a', '192.0.2.1')).toBe(2)
  expect(pause(open.guard, 'a', home)).toBe(0)
  // Not for ever: an address that a client once had may be somebody else's.
  await open.clock.advance(dayMs)
  await fail(open, 'a', '198.51.100.1', 56)
  expect(pause(open.guard, 'a', home)).toBeGreaterThan(0)
})

test('a clock that is turned back makes no pause longer', async () => {
  const open = openGuard()
  await fail(open, 'a', home, 30)
  open.clock.jump(open.clock.now() - dayMs)
  expect(pause(open.guard, 'a', home)).toBeLessThanOrEqual(60)
})

test('memory is bounded: what failed longest ago makes room', async () => {
  const open = openGuard(100)
  await fail(open, 'first', home, 12)
  for (let count = 0; count < 1_000; count += 1)
    open.guard.begin(`c-${count}`, `10.0.${count >> 8}.${count & 255}`).failed()
  expect(pause(open.guard, 'first', home)).toBe(0)
})

test('wrong secrets at the token endpoint are slowed, with 429 and Retry-After, and no secret is checked meanwhile', async () => {
  const installation = await createInstallation()
  let checks = 0
  const counting = {
    ...installation,
    secrets: {
      check: (secret: string, hash: string | null) => {
        checks += 1
        return installation.secrets.check(secret, hash)
      },
    },
  }
  const ask = (client_secret: string) =>
    issueToken(counting, installation.request({ client_secret })).then(
      () => 'a token' as const,
      (error: OAuthError) => error,
    )
  for (let count = 0; count < 6; count += 1) expect(await ask('wrong')).toMatchObject({ code: 'wrong_secret' })
  // The right one has to wait too: otherwise the pause would tell it apart.
  const refused = (await ask(installation.contoso.secret)) as OAuthError
  expect(checks).toBe(6)
  const answer = oauthErrorAnswer(refused, { traceId: 't', correlationId: 'c', now: 0 })
  expect(answer).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    body: { error: 'temporarily_unavailable', error_codes: [90055] },
  })
  await installation.clock.advance(secondMs)
  expect(await ask(installation.contoso.secret)).toBe('a token')
})
