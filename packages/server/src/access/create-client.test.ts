import { expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { createClient } from './create-client.ts'
import { createAccount } from './create-account.ts'
import { verifySecret } from './hash-secret.ts'
import { createInstallation } from './testing/installation.ts'

test('a new client gets an id, a numeric user, a secret of which only the hash is kept, and a webhook secret', async () => {
  const { clients, credentials, contoso } = await createInstallation()
  const stored = await clients.findClient(contoso.client.id)
  expect(stored).toEqual(contoso.client)
  expect(contoso.client.user).toMatch(/^[1-9]\d{8}$/)
  expect(contoso.client.webhookSecret).toMatch(/^whsec_/)
  expect(Buffer.from(contoso.client.webhookSecret.slice('whsec_'.length), 'base64')).toHaveLength(24)
  expect(contoso.secret).toMatch(/^alm_[\w-]{43}$/)
  const [kept, ...more] = await credentials.listSecrets(contoso.client.id)
  expect(more).toEqual([])
  expect(kept).toMatchObject({ hint: contoso.secret.slice(-4), expiresAt: null, lastUsedAt: null })
  expect(JSON.stringify([stored, kept])).not.toContain(contoso.secret)
  expect(await verifySecret(contoso.secret, kept!.hash)).toBe(true)
})

test('two clients of one account share nothing', async () => {
  const { clients, clock, newId, contoso } = await createInstallation()
  const second = await createClient({ clients, clock, newId }, serverItself, {
    accountId: 'contoso',
    name: 'Second',
    roles: [],
  })
  for (const key of ['id', 'webhookSecret'] as const) {
    expect(second.client[key]).not.toBe(contoso.client[key])
  }
  expect(second.secret).not.toBe(contoso.secret)
})

test('a client of an unknown account is not made', async () => {
  const { clients, clock, newId } = await createInstallation()
  await expect(
    createClient({ clients, clock, newId }, serverItself, { accountId: 'nobody', name: 'x', roles: [] }),
  ).rejects.toThrow(/foreign key/i)
  expect(await clients.listClients('nobody')).toEqual([])
})

test('creating an account again leaves it as it is', async () => {
  const { clients, clock } = await createInstallation()
  await clock.advance(1_000)
  await createAccount({ clients, clock }, serverItself, { id: 'contoso', name: 'Another name' })
  expect(await clients.listAccounts()).toEqual([
    { id: 'contoso', name: 'Contoso', createdAt: Date.UTC(2026, 2, 2, 12), disabledAt: null },
  ])
})
