import { expect, test } from 'vitest'
import { envelopeOf } from '../test/answering-server.ts'
import { startService } from '../test/service.ts'
import type { Administration } from './administration.ts'

const certificate = '-----BEGIN CERTIFICATE-----'

/** Every call, with the request that it sends. */
const calls: readonly [string, string, object | undefined, (admin: Administration) => Promise<unknown>][] = [
  ['GET', 'accounts/a%2Fb%20c', undefined, (admin) => admin.account('a/b c')],
  ['PUT', 'accounts/a', {}, (admin) => admin.putAccount('a')],
  ['PUT', 'accounts/a', { Name: 'A', Disabled: true }, (admin) => admin.putAccount('a', { name: 'A', disabled: true })],
  ['GET', 'clients/c', undefined, (admin) => admin.client('c')],
  [
    'PUT',
    'clients/c',
    { AccountId: 'a', Name: 'n', Roles: ['Reports.Read'] },
    (admin) => admin.putClient('c', { accountId: 'a', name: 'n', roles: ['Reports.Read'] }),
  ],
  ['GET', 'clients/c/secrets', undefined, (admin) => admin.secrets('c')],
  ['POST', 'clients/c/secrets', {}, (admin) => admin.addSecret('c')],
  [
    'POST',
    'clients/c/secrets',
    { ExpiresInDays: 9 },
    (admin) => admin.addSecret('c', { expiresInDays: 9, idempotencyKey: 'k' }),
  ],
  ['DELETE', 'clients/c/secrets/s', undefined, (admin) => admin.removeSecret('c', 's')],
  ['GET', 'clients/c/certificates', undefined, (admin) => admin.certificates('c')],
  [
    'PUT',
    'clients/c/certificates/t',
    { Certificate: certificate },
    (admin) => admin.putCertificate('c', 't', certificate),
  ],
  ['DELETE', 'clients/c/certificates/t', undefined, (admin) => admin.removeCertificate('c', 't')],
  ['GET', 'keys', undefined, (admin) => admin.keys()],
  ['POST', 'keys/token/rotate', {}, (admin) => admin.rotateKey('token')],
  ['POST', 'keys/link/rotate', { AtOnce: true }, (admin) => admin.rotateKey('link', { atOnce: true })],
  ['GET', 'audit/verify', undefined, (admin) => admin.verifyAudit({ anchor: '1:aa' })],
]

test('each call sends what it was told, below /admin of the server, and gives what came', async () => {
  const item = { anything: 1 }
  const { client, asked } = await startService(() => ({ json: envelopeOf([item]) }))
  for (const [method, path, body, call] of calls) {
    const given = await call(client.administration)
    expect(Array.isArray(given) ? given : [given]).toEqual([item])
    const sent = asked.at(-1)
    expect([sent?.method, sent?.path]).toEqual([method, `/admin/${path}`])
    expect(sent?.body === '' ? undefined : JSON.parse(sent?.body ?? '')).toEqual(body)
  }
  expect(asked.at(-1)?.query.get('anchor')).toBe('1:aa')
  expect(asked.filter(({ headers }) => headers['idempotency-key'] === 'k')).toHaveLength(1)
})

test('accounts, clients and the audit log come page by page', async () => {
  const { client, asked } = await startService(({ query }) => ({
    json: query.has('$skipToken')
      ? envelopeOf([{ number: 2 }])
      : envelopeOf([{ number: 1 }], { nextLink: '/admin/next?$skipToken=x' }),
  }))
  const { administration } = client
  for (const [path, list] of [
    ['/admin/accounts', () => administration.accounts()],
    ['/admin/clients', () => administration.clients({ accountId: 'a' })],
    ['/admin/audit', () => administration.auditLines({ fromNumber: 7 })],
  ] as const) {
    const read: unknown[] = []
    for await (const line of list()) read.push(line)
    expect(read).toEqual([{ number: 1 }, { number: 2 }])
    expect(asked.at(-2)?.path).toBe(path)
  }
  expect(asked.filter(({ query }) => query.get('accountId') === 'a' || query.get('fromNumber') === '7')).toHaveLength(2)
})
