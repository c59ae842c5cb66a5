import { expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { refusal } from '../kernel/testing/refusal.ts'
import { addSecret } from './add-secret.ts'
import { issueToken } from './issue-token.ts'
import { removeSecret } from './remove-secret.ts'
import { createInstallation, type Installation } from './testing/installation.ts'

const ask = (installation: Installation, secret: string) =>
  issueToken(installation, installation.request({ client_secret: secret }))

const codeOf = (installation: Installation, secret: string) =>
  ask(installation, secret).then(
    () => 'a token',
    (error: { readonly code?: string }) => error.code,
  )

test('a client changes over from one secret to the next, both good meanwhile', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  const old = installation.contoso.secret
  const made = await addSecret(installation, serverItself, { clientId, expiresInDays: null })
  expect([await codeOf(installation, old), await codeOf(installation, made.secret)]).toEqual(['a token', 'a token'])

  const [first] = await installation.credentials.listSecrets(clientId)
  await removeSecret(installation, serverItself, { clientId, secretId: first!.id })
  expect([await codeOf(installation, old), await codeOf(installation, made.secret)]).toEqual([
    'wrong_secret',
    'a token',
  ])
})

test('a third live secret is refused; one that has expired takes no place', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  await addSecret(installation, serverItself, { clientId, expiresInDays: 1 })
  const third = () => addSecret(installation, serverItself, { clientId, expiresInDays: null })
  await expect(third()).rejects.toEqual(
    refusal('credential_limit', {
      sentence: 'A client has at most 2 secrets that have not expired',
      remedy: 'Remove the one that is no longer used',
    }),
  )
  await installation.clock.advance(dayMs)
  await third()
  expect(await installation.credentials.listSecrets(clientId)).toHaveLength(3)
})

test('two that are added at once do not both find room', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  const both = await Promise.allSettled(
    [1, 2].map(() => addSecret(installation, serverItself, { clientId, expiresInDays: null })),
  )
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('an expired secret is refused as such, and only to one who knows it', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  const made = await addSecret(installation, serverItself, { clientId, expiresInDays: 7 })
  await installation.clock.advance(7 * dayMs - 1)
  expect(await codeOf(installation, made.secret)).toBe('a token')
  await installation.clock.advance(1)
  expect(await codeOf(installation, made.secret)).toBe('expired_secret')
  expect(await codeOf(installation, `x${made.secret.slice(1)}`)).toBe('wrong_secret')
  expect(await codeOf(installation, installation.contoso.secret)).toBe('a token')
})

test('a client that is not there gets no secret, and a secret of another client is not removed', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  await expect(
    addSecret(installation, serverItself, { clientId: 'nobody', expiresInDays: null }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await expect(removeSecret(installation, serverItself, { clientId, secretId: 'other' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('the last use is noted to the minute, by one write a minute', async () => {
  const installation = await createInstallation()
  const notes: number[] = []
  const noting: Installation = {
    ...installation,
    credentials: {
      ...installation.credentials,
      async noteSecretUsed(secretId, at) {
        notes.push(at)
        await installation.credentials.noteSecretUsed(secretId, at)
      },
    },
  }
  const startAt = installation.clock.now()
  for (let count = 0; count < 4; count += 1) {
    await ask(noting, installation.contoso.secret)
    await installation.clock.advance(20 * secondMs)
  }
  expect(notes).toEqual([startAt, startAt + minuteMs])
  const [kept] = await installation.credentials.listSecrets(installation.contoso.client.id)
  expect(kept!.lastUsedAt).toBe(startAt + minuteMs)
})

test('a note that can not be written keeps nobody out', async () => {
  const installation = await createInstallation()
  const lost: unknown[] = []
  const failing: Installation = {
    ...installation,
    credentials: { ...installation.credentials, noteSecretUsed: () => Promise.reject(new Error('disk full')) },
    onNoteLost: (error) => lost.push(error),
  }
  expect(await codeOf(failing, installation.contoso.secret)).toBe('a token')
  expect(lost).toEqual([new Error('disk full')])
})

test('a wrong secret is no note of use', async () => {
  const installation = await createInstallation()
  await codeOf(installation, 'wrong')
  const [kept] = await installation.credentials.listSecrets(installation.contoso.client.id)
  expect(kept!.lastUsedAt).toBeNull()
})

test('a secret of an earlier version, whose last characters nobody knows, goes on beside a new one', async () => {
  const installation = await createInstallation()
  const clientId = installation.contoso.client.id
  installation.changeFile("update client_secrets set hint = ''")
  const made = await addSecret(installation, serverItself, { clientId, expiresInDays: null })
  expect([await codeOf(installation, installation.contoso.secret), await codeOf(installation, made.secret)]).toEqual([
    'a token',
    'a token',
  ])
})

test('an administrator that gives up both its secrets at once keeps one of them', async () => {
  const installation = await createInstallation()
  const { id: clientId, accountId } = installation.contoso.client
  await addSecret(installation, serverItself, { clientId, expiresInDays: null })
  const secrets = await installation.credentials.listSecrets(clientId)
  const itself = { actor: { kind: 'client', accountId, clientId }, requestId: null, address: null } as const
  const both = await Promise.allSettled(
    secrets.map(({ id }) => removeSecret(installation, itself, { clientId, secretId: id })),
  )
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'would_lock_out' } })
  expect(await installation.credentials.listSecrets(clientId)).toHaveLength(1)
})
