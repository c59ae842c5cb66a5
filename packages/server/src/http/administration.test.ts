import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Envelope, ErrorEnvelope } from '@almanac/api'
import { makeCertificate } from '../access/testing/make-certificate.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { createApp } from './app.ts'
import { audience, openApp, tenantId, type TestApp, type TestClient } from './testing/open-app.ts'

// Accounts, clients and what they prove themselves by, managed over the API by an administrator of another account.

let house: TestApp
let admin: TestClient
let firstNumber: number
beforeEach(async () => {
  house = await openApp()
  admin = await house.addClient('operations', ['Admin'])
  firstNumber = (await house.deps.audit.head()).number + 1
})
afterEach(() => house.close())

const importer = { AccountId: 'contoso', Name: 'importer', Roles: ['Reports.ReadWrite'] }

async function ask<Item = Record<string, unknown>>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
) {
  const answer = await admin.ask(method, `/admin/${path}`, body)
  const { value, message, nextLink } = answer.json<Envelope<Item>>()
  return { status: answer.statusCode, value, item: value[0], message, nextLink, text: answer.body }
}

async function makeImporter(): Promise<void> {
  await ask('PUT', 'accounts/contoso', {})
  await ask('PUT', 'clients/importer-1', importer)
}

const tokenFor = (clientId: string, secret: unknown) =>
  house.app.inject({
    method: 'POST',
    url: `/${tenantId}/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: String(secret),
      resource: audience,
    }).toString(),
  })

async function told() {
  const lines = await house.deps.audit.read(firstNumber, 100)
  return lines.map(({ text }) => JSON.parse(text) as Record<string, unknown> & { action: string })
}

describe('an account', () => {
  test('is made known, renamed, disabled and enabled by PUT; the same again changes nothing', async () => {
    expect(await ask('PUT', 'accounts/contoso', {})).toMatchObject({
      status: 200,
      item: { accountId: 'contoso', name: 'contoso', disabledTime: null },
    })
    for (let time = 0; time < 2; time += 1) {
      await house.clock.advance(secondMs)
      await ask('PUT', 'accounts/contoso', { name: 'Contoso Ltd', Disabled: 'true', accountId: 'other' })
    }
    expect((await ask('GET', 'accounts/contoso')).item).toMatchObject({
      name: 'Contoso Ltd',
      disabledTime: '2026-05-09T12:00:01Z',
    })
    expect((await ask('PUT', 'accounts/contoso', { Disabled: false })).item).toMatchObject({ disabledTime: null })
    expect((await told()).map(({ action }) => action)).toEqual([
      'account.added',
      'account.disabled',
      'account.renamed',
      'account.enabled',
    ])
  })

  test('may have any id that a data file may hold', async () => {
    for (const id of ['Größe & Söhne/1?x=#', '株式会社', "o'brien; --", '%2F']) {
      expect((await ask('PUT', `accounts/${encodeURIComponent(id)}`, {})).item).toMatchObject({ accountId: id })
      expect((await ask('GET', `accounts/${encodeURIComponent(id)}`)).item).toMatchObject({ accountId: id })
    }
    expect((await ask('PUT', 'accounts/a%00b', {})).status).toBe(400)
    expect((await ask('PUT', `accounts/${'a'.repeat(257)}`, {})).status).toBe(400)
    expect((await ask('PUT', 'accounts/b', { Name: 'two\nlines' })).status).toBe(400)
  })

  test('is one of a list in pages; one that is not there is not found', async () => {
    for (const id of ['a', 'b']) await ask('PUT', `accounts/${id}`, {})
    const first = await ask('GET', 'accounts?$top=2')
    expect(first.value).toHaveLength(2)
    const next = await ask('GET', new URL(first.nextLink ?? '').href.split('/admin/')[1] ?? '')
    expect([next.value.length, next.nextLink]).toEqual([1, null])
    expect((await ask('GET', 'accounts/nobody')).status).toBe(404)
  })
})

describe('a client', () => {
  test('is registered under an id of the caller’s choice, and shows the secret of its callbacks once', async () => {
    await ask('PUT', 'accounts/contoso', {})
    const made = await ask('PUT', 'clients/importer-1', {
      ...importer,
      user: 'me',
      webhookSecret: 'mine',
      Disabled: null,
    })
    expect(made.item).toMatchObject({
      clientId: 'importer-1',
      accountId: 'contoso',
      roles: ['Reports.ReadWrite'],
      webhookSecret: expect.stringMatching(/^whsec_/),
      user: expect.stringMatching(/^\d{9}$/),
    })
    const again = await ask('PUT', 'clients/importer-1', importer)
    expect(again.item).toEqual({ ...made.item, webhookSecret: null })
    const { webhookSecret: _, ...shown } = made.item ?? {}
    expect((await ask('GET', 'clients/importer-1')).item).toEqual(shown)
    expect((await ask('GET', 'clients?accountId=contoso')).value).toEqual([shown])
    expect((await ask('GET', 'clients')).value).toHaveLength(2)
    expect((await ask('GET', 'clients?accountId=nobody')).value).toEqual([])
    expect((await told()).map(({ action }) => action)).toEqual(['account.added', 'client.added'])
  })

  test('asked for five times at once is made once', async () => {
    await ask('PUT', 'accounts/contoso', {})
    const all = await Promise.all(Array.from({ length: 5 }, () => ask('PUT', 'clients/importer-1', importer)))
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(all.filter(({ item }) => item?.['webhookSecret'] !== null)).toHaveLength(1)
  })

  test('is renamed, given other roles, disabled and enabled by PUT', async () => {
    await makeImporter()
    const changed = { ...importer, Name: 'reader', Roles: ['Reports.Read', 'reports.read'], Disabled: true }
    expect((await ask('PUT', 'clients/importer-1', changed)).item).toMatchObject({
      name: 'reader',
      roles: ['Reports.Read'],
      disabledTime: expect.any(String),
    })
    // What is not said of its standing stays.
    const { Disabled: _, ...rest } = changed
    expect((await ask('PUT', 'clients/importer-1', rest)).item).toMatchObject({ disabledTime: expect.any(String) })
    await ask('PUT', 'clients/importer-1', { ...rest, Disabled: false })
    expect((await told()).slice(2)).toMatchObject([
      { action: 'client.disabled' },
      { action: 'client.roles_changed', detail: { before: ['Reports.ReadWrite'], after: ['Reports.Read'] } },
      { action: 'client.renamed', detail: { before: 'importer', after: 'reader' } },
      { action: 'client.enabled' },
    ])
  })

  test('that can not be is refused in words, and nothing is registered', async () => {
    await ask('PUT', 'accounts/contoso', {})
    const noList = 'Roles must be a list of Reports.Read, Reports.ReadWrite, Admin; it is '
    const wrong: readonly [string, object, string][] = [
      ['x', {}, 'Null or missing value: AccountId, Name, Roles'],
      ['x', { ...importer, AccountId: 'nobody' }, 'There is no account "nobody"'],
      ['x', { ...importer, Roles: ['Root'] }, `${noList}["Root"]`],
      ['x', { ...importer, Roles: 'Admin' }, `${noList}"Admin"`],
      ['x', { ...importer, Roles: [['Admin']] }, `${noList}[["Admin"]]`],
      ['x', { ...importer, Roles: [null] }, `${noList}[null]`],
      ['x', { ...importer, Name: 'two\nlines' }, 'Name must have 1 to 256 characters'],
      ['..%2Fx', importer, 'clientId must have 1 to 100 letters'],
      ['x'.repeat(101), importer, 'clientId must have 1 to 100 letters'],
    ]
    for (const [id, body, message] of wrong) {
      const refused = await ask('PUT', `clients/${id}`, body)
      expect([refused.status, refused.message]).toEqual([400, expect.stringContaining(message)])
    }
    expect((await ask('GET', 'clients?accountId=contoso')).value).toEqual([])
  })

  test('stays with its account', async () => {
    await makeImporter()
    await ask('PUT', 'accounts/fabrikam', {})
    const moved = await ask('PUT', 'clients/importer-1', { ...importer, AccountId: 'fabrikam', Name: 'taken' })
    expect([moved.status, moved.message]).toEqual([400, expect.stringContaining('belongs to the account "contoso"')])
    expect((await ask('GET', 'clients/importer-1')).item).toMatchObject({ accountId: 'contoso', name: 'importer' })
  })
})

describe('a secret', () => {
  test('is made by the server, shown once, lets its client in, and not after it was removed', async () => {
    await makeImporter()
    const { item } = await ask('POST', 'clients/importer-1/secrets', { ExpiresInDays: 30 })
    const secret = String(item?.['clientSecret'])
    expect(secret).toMatch(/^alm_[\w-]{43}$/)
    expect(item).toMatchObject({ clientId: 'importer-1', hint: secret.slice(-4), expired: false, lastUsedTime: null })
    expect((await tokenFor('importer-1', secret)).statusCode).toBe(200)

    const listed = await ask('GET', 'clients/importer-1/secrets')
    expect(listed.value).toMatchObject([{ secretId: item?.['secretId'], expiryTime: '2026-06-08T12:00:00Z' }])
    expect(listed.text).not.toContain(secret.slice(4, 20))
    const removed = await ask('DELETE', `clients/importer-1/secrets/${String(item?.['secretId'])}`)
    expect(removed.value).toEqual(listed.value)
    expect((await tokenFor('importer-1', secret)).statusCode).toBe(401)
    expect((await ask('DELETE', `clients/importer-1/secrets/${String(item?.['secretId'])}`)).status).toBe(404)
  })

  test('beside two that live is refused, as is one for nobody, or for too long', async () => {
    await makeImporter()
    for (let made = 0; made < 2; made += 1) await ask('POST', 'clients/importer-1/secrets', {})
    expect(await ask('POST', 'clients/importer-1/secrets', {})).toMatchObject({
      status: 409,
      message: 'A client has at most 2 secrets that have not expired. Remove the one that is no longer used.',
    })
    expect((await ask('POST', 'clients/nobody/secrets', {})).status).toBe(404)
    expect((await ask('POST', 'clients/importer-1/secrets', { ExpiresInDays: 0 })).status).toBe(400)
    expect((await ask('POST', 'clients/importer-1/secrets', { ExpiresInDays: 3_651 })).status).toBe(400)
    expect((await ask('GET', 'clients/nobody/secrets')).status).toBe(404)
  })

  test('under an Idempotency-Key is made once, and what is kept of its answer is its id alone', async () => {
    await makeImporter()
    const kept: string[] = []
    const { idempotency } = house.deps
    const spied = await createApp({
      ...house.deps,
      idempotency: {
        ...idempotency,
        finish: async (clientId, key, answer) => {
          kept.push(answer)
          return idempotency.finish(clientId, key, answer)
        },
      },
    })
    const send = (body: object) =>
      spied.inject({
        method: 'POST',
        url: '/admin/clients/importer-1/secrets',
        headers: { authorization: `Bearer ${admin.token}`, 'idempotency-key': 'k' },
        payload: body,
      })
    const first = await send({ ExpiresInDays: 9 })
    const [item] = first.json<Envelope<{ secretId: string; clientSecret: string }>>().value
    expect(kept).toEqual([JSON.stringify({ secretId: item?.secretId })])

    const again = await send({ ExpiresInDays: 9 })
    const refusal = again.json<ErrorEnvelope>()
    expect([again.statusCode, refusal.error.code]).toEqual([409, 'secret_shown_before'])
    expect(refusal.message).toContain(item?.secretId)
    expect(again.headers['idempotency-replayed']).toBeUndefined()
    expect(again.body).not.toContain(item?.clientSecret)
    expect((await send({ ExpiresInDays: 8 })).statusCode).toBe(422)
    expect((await ask('GET', 'clients/importer-1/secrets')).value).toHaveLength(1)
    await spied.close()
  })

  test('of a server that died before it answered is named, not made again', async () => {
    await makeImporter()
    const dying = await createApp({
      ...house.deps,
      idempotency: { ...house.deps.idempotency, finish: () => Promise.reject(new Error('killed')) },
    })
    const send = (app: typeof dying) =>
      app.inject({
        method: 'POST',
        url: '/admin/clients/importer-1/secrets',
        headers: { authorization: `Bearer ${admin.token}`, 'idempotency-key': 'k' },
        payload: {},
      })
    const killed = await send(dying)
    expect([killed.statusCode, killed.body.includes('alm_')]).toEqual([500, false])
    await dying.close()
    await house.clock.advance(31 * secondMs)
    const again = await send(house.app)
    const [listed] = (await ask<{ secretId: string }>('GET', 'clients/importer-1/secrets')).value
    expect([again.statusCode, again.json<ErrorEnvelope>().message]).toEqual([
      409,
      expect.stringContaining(listed?.secretId ?? 'none'),
    ])
  })
})

describe('a certificate', () => {
  const valid = () => makeCertificate({ validFromAt: house.clock.now() - dayMs, expiresAt: house.clock.now() + dayMs })

  test('is put, in PEM or DER, listed and removed', async () => {
    await makeImporter()
    const { pem, der } = valid()
    const wrong = await ask('PUT', 'clients/importer-1/certificates/x', { Certificate: pem })
    const [, thumbprint = ''] = /is ([\w-]{43}): put it there/.exec(wrong.message ?? '') ?? []
    expect(wrong.status).toBe(400)
    const path = `clients/importer-1/certificates/${thumbprint}`
    const put = await ask('PUT', path, { Certificate: pem })
    expect(put.item).toMatchObject({ thumbprint, clientId: 'importer-1', subject: 'CN=importer', expired: false })
    // Later, and as DER: it is the same one.
    await house.clock.advance(secondMs)
    expect((await ask('PUT', path, { Certificate: der.toString('base64') })).item).toEqual(put.item)
    expect((await ask('GET', 'clients/importer-1/certificates')).value).toEqual([put.item])
    expect((await ask('DELETE', path)).value).toEqual([put.item])
    expect((await ask('DELETE', path)).status).toBe(404)
    expect((await told()).slice(2).map(({ action }) => action)).toEqual(['certificate.added', 'certificate.removed'])
  })

  test('that is none, or comes with its private key, is refused', async () => {
    await makeImporter()
    const path = 'clients/importer-1/certificates/x'
    expect(await ask('PUT', path, { Certificate: 'nonsense' })).toMatchObject({
      status: 400,
      message: 'This is no X.509 certificate (PEM or DER)',
    })
    const both = `${valid().pem}\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----`
    expect((await ask('PUT', path, { Certificate: both })).message).toContain('holds a private key')
    expect((await ask('PUT', path, {})).message).toBe('Null or missing value: Certificate')
    expect((await ask('PUT', 'clients/nobody/certificates/x', { Certificate: valid().pem })).status).toBe(400)
    expect((await ask('GET', 'clients/nobody/certificates')).status).toBe(404)
  })
})

test('keys are listed without what they are, and rotated', async () => {
  const before = await ask('GET', 'keys')
  expect(before.value.map(({ purpose }) => purpose)).toEqual(['token'])
  expect(Object.keys(before.item ?? {}).toSorted()).toEqual([
    'createdTime',
    'endTime',
    'keyId',
    'purpose',
    'signsFromTime',
  ])
  expect((await ask('POST', 'keys/token/rotate', {})).item).toMatchObject({ purpose: 'token', endTime: null })
  expect((await ask('POST', 'keys/Link/rotate', { AtOnce: true })).item).toMatchObject({ purpose: 'link' })
  expect((await ask('GET', 'keys')).value.map(({ purpose }) => purpose)).toEqual(['token', 'token', 'link'])
  expect((await ask('POST', 'keys/root/rotate', {})).status).toBe(400)
  expect((await told()).map(({ action, detail }) => [action, detail])).toMatchObject([
    ['key.rotated', { purpose: 'token', changeover: 'overlap' }],
    ['key.rotated', { purpose: 'link', changeover: 'at-once' }],
  ])
})

test('keys are rotated again a day later, also by the same request under the same Idempotency-Key', async () => {
  const rotate = async () => {
    const { access_token: token } = (await tokenFor(admin.id, admin.secret)).json<{ access_token: string }>()
    const answer = await house.app.inject({
      method: 'POST',
      url: '/admin/keys/link/rotate',
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': 'daily' },
      payload: {},
    })
    const keyId = answer.json<Envelope<{ keyId: string }>>().value[0]?.keyId
    return { status: answer.statusCode, keyId, replayed: answer.headers['idempotency-replayed'] }
  }
  const first = await rotate()
  expect(await rotate()).toEqual({ ...first, replayed: 'true' })
  await house.clock.advance(dayMs + 1)
  const second = await rotate()
  expect([second.status, second.replayed]).toEqual([200, undefined])
  expect(second.keyId).not.toBe(first.keyId)
})

test('an account that is disabled over the API is out within five seconds, and asks for no execution', async () => {
  const theirs = await house.addClient('contoso', ['Reports.ReadWrite'])
  const look = () => theirs.ask('GET', '/insights/v1.1/cmp/ScheduledDataset')
  expect((await look()).statusCode).toBe(200)
  await ask('PUT', 'accounts/contoso', { Disabled: true })
  await house.clock.advance(5 * secondMs)
  expect((await look()).statusCode).toBe(401)
  const now = { ReportName: 'now', QueryId: 'q-orders', ExecuteNow: true }
  expect((await theirs.ask('POST', '/insights/v1.1/cmp/ScheduledReport', now)).statusCode).toBe(401)
  expect((await tokenFor(theirs.id, theirs.secret)).json()).toMatchObject({ error_codes: [7_000_112] })
  await ask('PUT', 'accounts/contoso', { Disabled: false })
  expect((await look()).statusCode).toBe(200)
})

describe('the audit log', () => {
  test('says who asked for what, from where and in which request, and holds no secret', async () => {
    await makeImporter()
    const { item } = await ask('POST', 'clients/importer-1/secrets', {})
    const lines = await told()
    expect(lines.map(({ action }) => action)).toEqual(['account.added', 'client.added', 'secret.added'])
    for (const line of lines) {
      expect(line).toMatchObject({
        actor: { kind: 'client', accountId: 'operations', clientId: admin.id },
        address: '127.0.0.1',
        requestId: expect.any(String),
        accountId: 'contoso',
      })
    }
    expect(JSON.stringify(lines)).not.toContain(String(item?.['clientSecret']).slice(4, 20))
    expect(house.logged.join('\n')).not.toContain(String(item?.['clientSecret']).slice(4, 20))
  })

  test('is read in pages, from a line on, with hashes that fit', async () => {
    await makeImporter()
    const whole = await ask<{ number: number; entry: { number: number } }>('GET', 'audit')
    expect(whole.value.map(({ number }) => number)).toEqual(whole.value.map((_, index) => index + 1))
    const read: unknown[] = []
    for (let path: string | undefined = 'audit?$top=2'; path !== undefined;) {
      const page: Awaited<ReturnType<typeof ask>> = await ask('GET', path)
      read.push(...page.value)
      path = page.nextLink?.split('/admin/')[1]
    }
    expect(read).toEqual(whole.value)
    expect((await ask('GET', `audit?fromNumber=${whole.value.length}`)).value).toEqual(whole.value.slice(-1))
    expect((await ask('GET', 'audit?fromNumber=999')).value).toEqual([])
    expect((await ask('GET', 'audit?$skipToken=nonsense')).status).toBe(400)
    expect((await ask('GET', 'audit?fromNumber=0')).status).toBe(400)
  })

  test('is verified, against a line that was noted elsewhere too', async () => {
    await makeImporter()
    const { item } = await ask<{ whole: boolean; head: { number: number; hash: string } }>('GET', 'audit/verify')
    expect(item).toMatchObject({ whole: true, faults: [] })
    const { number = 0, hash = '' } = item?.head ?? {}
    expect((await ask('GET', `audit/verify?anchor=${number}:${hash}`)).item).toMatchObject({ whole: true })
    const other = await ask('GET', `audit/verify?anchor=${number}:${'0'.repeat(64)}`)
    expect(other.item).toMatchObject({ whole: false, faults: [{ number }] })
    expect((await ask('GET', 'audit/verify?anchor=12')).status).toBe(400)
  })
})

describe('an administrator', () => {
  test('does not lock itself out by mistake', async () => {
    const self = { AccountId: 'operations', Name: 'me', Roles: ['Admin'] }
    const [secret] = (await ask<{ secretId: string }>('GET', `clients/${admin.id}/secrets`)).value
    const refused = [
      await ask('DELETE', `clients/${admin.id}/secrets/${secret?.secretId ?? ''}`),
      await ask('PUT', `clients/${admin.id}`, { ...self, Disabled: true }),
      await ask('PUT', `clients/${admin.id}`, { ...self, Roles: ['Reports.Read'] }),
      await ask('PUT', 'accounts/operations', { Name: 'renamed', Disabled: true }),
    ]
    for (const { status, message } of refused) {
      expect([status, message]).toEqual([409, expect.stringContaining('This would lock you out')])
    }
    expect((await tokenFor(admin.id, admin.secret)).statusCode).toBe(200)
    // Nothing of them was done, their names neither.
    expect((await ask('GET', `clients/${admin.id}`)).item).toMatchObject({ name: 'test', roles: ['Admin'] })
    expect((await ask('GET', 'accounts/operations')).item).toMatchObject({ name: 'operations', disabledTime: null })
    // With another secret in place, the first one can go.
    await ask('POST', `clients/${admin.id}/secrets`, {})
    expect((await ask('DELETE', `clients/${admin.id}/secrets/${secret?.secretId ?? ''}`)).status).toBe(200)
  })

  test('is what it takes: everyone else gets 403, and nothing is done', async () => {
    const writer = await house.addClient('contoso', ['Reports.ReadWrite'])
    const before = (await house.deps.audit.head()).number
    for (const [method, path] of [
      ['GET', 'accounts'],
      ['GET', 'accounts/contoso'],
      ['PUT', 'accounts/contoso'],
      ['GET', 'clients'],
      ['GET', `clients/${writer.id}`],
      ['PUT', `clients/${writer.id}`],
      ['GET', `clients/${writer.id}/secrets`],
      ['POST', `clients/${writer.id}/secrets`],
      ['DELETE', `clients/${writer.id}/secrets/x`],
      ['GET', `clients/${writer.id}/certificates`],
      ['PUT', `clients/${writer.id}/certificates/x`],
      ['DELETE', `clients/${writer.id}/certificates/x`],
      ['GET', 'keys'],
      ['POST', 'keys/token/rotate'],
      ['GET', 'audit'],
      ['GET', 'audit/verify'],
    ] as const) {
      const answer = await writer.ask(method, `/admin/${path}`, method === 'PUT' || method === 'POST' ? {} : undefined)
      expect([path, answer.statusCode]).toEqual([path, 403])
    }
    expect((await house.deps.audit.head()).number).toBe(before)
  })
})
