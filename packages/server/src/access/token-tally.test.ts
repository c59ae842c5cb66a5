import { expect, test } from 'vitest'
import { minuteMs, secondMs } from '../kernel/hours.ts'
import { issueToken } from './issue-token.ts'
import { createInstallation, type Installation } from './testing/installation.ts'
import { startTokenTally } from './token-tally.ts'

async function openTally() {
  const installation = await createInstallation()
  const stopping = new AbortController()
  const errors: unknown[] = []
  const deps = { ...installation, onError: (error: unknown) => errors.push(error) }
  const tally = startTokenTally(deps, stopping.signal)
  const first = (await installation.audit.head()).number + 1
  const told = async () =>
    (await installation.audit.read(first, 5_000)).map(
      ({ text }) =>
        JSON.parse(text) as { action: string; object: { id: string }; accountId: string | null; detail: object },
    )
  return { installation: { ...installation, tally } satisfies Installation, stopping, tally, errors, told }
}

test('five minutes of tokens are one line for each client, with its refusals in another', async () => {
  const { installation, told } = await openTally()
  const ask = (change = {}) => issueToken(installation, installation.request(change)).catch(() => undefined)
  for (let count = 0; count < 3; count += 1) {
    await ask()
    await installation.clock.advance(secondMs)
  }
  await ask({ client_secret: 'wrong' })
  await ask({ client_id: 'a secret that someone put here', client_secret: 'x' })
  expect(await told()).toEqual([])
  await installation.clock.advance(5 * minuteMs)
  // The write goes to the disk: its end is awaited, not slept for.
  await expect.poll(told).toHaveLength(3)
  const id = installation.contoso.client.id
  const [issued, refused, unknown] = await told()
  expect(issued).toMatchObject({
    action: 'tokens.issued',
    object: { id },
    accountId: 'contoso',
    detail: { count: 3, first: '2026-03-02T12:00:00Z', last: '2026-03-02T12:00:02Z', networks: ['203.0.113.7'] },
  })
  expect(refused).toMatchObject({ action: 'tokens.refused', object: { id }, detail: { reasons: ['wrong_secret 1'] } })
  expect(unknown).toMatchObject({
    object: { id: 'unknown' },
    accountId: null,
    detail: { reasons: ['unknown_client 1'] },
  })
  const text = JSON.stringify(await told())
  for (const secret of ['a secret that', installation.contoso.secret, 'wrong"']) expect(text).not.toContain(secret)
})

test('a server that stops writes what it has counted', async () => {
  const { installation, stopping, tally, told } = await openTally()
  await issueToken(installation, installation.request())
  stopping.abort()
  await tally.stopped
  expect(await told()).toHaveLength(1)
})

test('a server without requests writes nothing', async () => {
  const { stopping, tally, told } = await openTally()
  stopping.abort()
  await tally.stopped
  expect(await told()).toEqual([])
})

test('whoever invents addresses and clients makes few lines, and short ones', async () => {
  const { stopping, tally, told } = await openTally()
  for (let count = 0; count < 3_000; count += 1) {
    tally.refused(null, 'unknown_client', `10.0.${count >> 8}.${count & 255}`)
    tally.refused(`client-${count}`, 'wrong_secret', '203.0.113.7')
  }
  stopping.abort()
  await tally.stopped
  const lines = await told()
  expect(lines).toHaveLength(1_000)
  expect(lines[0]).toMatchObject({ object: { id: 'unknown' }, detail: { networks: { length: 5 } } })
  expect(lines.reduce((sum, { detail }) => sum + (detail as { count: number }).count, 0)).toBe(6_000)
})

test('counts that can not be written are told to the log', async () => {
  const installation = await createInstallation()
  const stopping = new AbortController()
  const errors: unknown[] = []
  const tally = startTokenTally(
    {
      ...installation,
      audit: { append: () => Promise.reject(new Error('disk full')) },
      onError: (error) => errors.push(error),
    },
    stopping.signal,
  )
  tally.issued('client', '203.0.113.7')
  stopping.abort()
  await tally.stopped
  expect(errors).toEqual([new Error('disk full')])
})
