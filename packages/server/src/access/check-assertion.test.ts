import { createHmac, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { serverItself } from '../kernel/audit-entry.ts'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { addCertificate } from './add-certificate.ts'
import type { ClientCertificate } from './client-certificate.ts'
import { createClient } from './create-client.ts'
import { issueToken } from './issue-token.ts'
import { OAuthError } from './oauth-error.ts'
import { readCertificate } from './read-certificate.ts'
import { removeCertificate } from './remove-certificate.ts'
import { createInstallation, resource, type Installation } from './testing/installation.ts'
import { makeCertificate, type TestCertificate } from './testing/make-certificate.ts'

const noonAt = Date.UTC(2026, 2, 2, 12)
const endpoint = 'https://reports.example.com/tenant-one/oauth2/v2.0/token'

let made: TestCertificate
let stranger: TestCertificate
beforeAll(() => {
  made = makeCertificate({ validFromAt: noonAt - dayMs, expiresAt: noonAt + 30 * dayMs })
  stranger = makeCertificate({ validFromAt: noonAt - dayMs, expiresAt: noonAt + 30 * dayMs })
})

let installation: Installation
let clientId: string
let certificate: ClientCertificate
beforeEach(async () => {
  installation = await createInstallation()
  clientId = installation.contoso.client.id
  certificate = await addCertificate(installation, serverItself, { clientId, certificate: Buffer.from(made.pem) })
})

interface Change {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
  readonly alg?: string
}

/** An assertion as `@azure/identity` makes one; `change` replaces what a test speaks of. */
function sign({ header, claims, key = made.privateKey, alg = 'PS256' }: Change = {}): Promise<string> {
  const nowSeconds = installation.clock.now() / secondMs
  return new SignJWT({
    aud: endpoint,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    nbf: nowSeconds,
    exp: nowSeconds + 600,
    ...claims,
  })
    .setProtectedHeader({ alg, 'x5t#S256': certificate.thumbprint, ...header })
    .sign(key)
}

async function ask(assertion: string, change: Readonly<Record<string, unknown>> = {}) {
  const form = {
    client_secret: undefined,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: `${resource}/.default`,
    ...change,
  }
  return issueToken(installation, { ...installation.request(form), version: '2.0' }).then(
    () => 'a token',
    (error: unknown) => {
      if (!(error instanceof OAuthError)) throw error
      return error.code
    },
  )
}

test.each([
  ['PS256 by x5t#S256', 'PS256', (known: ClientCertificate) => ({ 'x5t#S256': known.thumbprint })],
  ['RS256 by x5t', 'RS256', (known: ClientCertificate) => ({ 'x5t#S256': undefined, x5t: known.thumbprintSha1 })],
  ['a padded thumbprint', 'RS256', (known: ClientCertificate) => ({ 'x5t#S256': `${known.thumbprint}=` })],
  ['a chain beside it', 'PS256', () => ({ x5c: [made.der.toString('base64')], typ: 'JWT' })],
])('an assertion with %s gets a token', async (_case, alg, header) => {
  expect(await ask(await sign({ alg, header: header(certificate) }))).toBe('a token')
})

test.each([
  ['the endpoint of v2.0', endpoint],
  ['the endpoint of v1', 'https://reports.example.com/tenant-one/oauth2/token'],
  ['the issuer', 'https://reports.example.com/tenant-one/v2.0'],
  ['a list with the endpoint', ['https://elsewhere.example', endpoint]],
])('the audience may be %s', async (_case, aud) => {
  expect(await ask(await sign({ claims: { aud } }))).toBe('a token')
})

test('client_id may be left out: the assertion says who it is of', async () => {
  expect(await ask(await sign(), { client_id: undefined })).toBe('a token')
  expect(await ask('nonsense', { client_id: undefined })).toBe('missing_parameter')
})

test('v1 takes assertions too', async () => {
  const form = {
    client_secret: undefined,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await sign(),
  }
  expect(await issueToken(installation, installation.request(form))).toMatchObject({ expires_in: '3599' })
})

test.each<[string, () => Change, string]>([
  ['another key', () => ({ key: stranger.privateKey }), 'bad_assertion'],
  [
    'a certificate that is not registered',
    () => ({ header: { 'x5t#S256': 'unknown' }, key: stranger.privateKey }),
    'bad_assertion',
  ],
  ['no certificate named', () => ({ header: { 'x5t#S256': undefined } }), 'bad_assertion'],
  ['a thumbprint that is no text', () => ({ header: { 'x5t#S256': 7 } }), 'bad_assertion'],
  ['another algorithm', () => ({ alg: 'RS512' }), 'bad_assertion'],
  ['another audience', () => ({ claims: { aud: 'https://elsewhere.example' } }), 'assertion_for_another_audience'],
  ['no audience', () => ({ claims: { aud: undefined } }), 'assertion_for_another_audience'],
  [
    'another tenant of this server',
    () => ({ claims: { aud: endpoint.replace('one', 'two') } }),
    'assertion_for_another_audience',
  ],
  ['another subject', () => ({ claims: { sub: 'other' } }), 'assertion_of_another_client'],
  ['another issuer', () => ({ claims: { iss: 'other' } }), 'assertion_of_another_client'],
  ['no end', () => ({ claims: { exp: undefined } }), 'bad_assertion'],
  ['an end that is text', () => ({ claims: { exp: 'tomorrow' } }), 'bad_assertion'],
  ['an end long ago', () => ({ claims: { exp: noonAt / secondMs - 61 } }), 'assertion_out_of_time'],
  ['a life of an hour', () => ({ claims: { exp: noonAt / secondMs + 3_600 } }), 'assertion_out_of_time'],
  ['an end beyond all time', () => ({ claims: { exp: 1e300 } }), 'assertion_out_of_time'],
  ['a beginning in the future', () => ({ claims: { nbf: noonAt / secondMs + 61 } }), 'assertion_out_of_time'],
  ['no id', () => ({ claims: { jti: undefined } }), 'bad_assertion'],
  ['an id that is no text', () => ({ claims: { jti: 7 } }), 'bad_assertion'],
  ['an extension that must be understood', () => ({ header: { crit: ['x'], x: 1 } }), 'bad_assertion'],
])('an assertion with %s is refused', async (_case, change, code) => {
  const signed = await sign(change()).catch(() => null)
  // `jose` itself refuses to sign some of them: those are put together by hand.
  expect(await ask(signed ?? (await byHand(change())))).toBe(code)
})

test('clocks may differ by a minute', async () => {
  const nowSeconds = noonAt / secondMs
  expect(await ask(await sign({ claims: { exp: nowSeconds - 59 } }))).toBe('a token')
  expect(await ask(await sign({ claims: { nbf: nowSeconds + 59, exp: nowSeconds + 659 } }))).toBe('a token')
})

test.each([
  ['is no JWT', () => 'nonsense'],
  [
    'has no signature',
    () => new UnsecuredJWT({ aud: endpoint, iss: clientId, sub: clientId, jti: 'x' }).setExpirationTime('5m').encode(),
  ],
  ['is megabytes long', () => 'x'.repeat(2_000_000)],
  [
    'is signed with the public key as a shared secret',
    () => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const claims = { aud: endpoint, iss: clientId, sub: clientId, jti: 'x', exp: noonAt / secondMs + 60 }
      const text = `${part({ alg: 'HS256', 'x5t#S256': certificate.thumbprint })}.${part(claims)}`
      return `${text}.${createHmac('sha256', certificate.publicKey).update(text).digest('base64url')}`
    },
  ],
])('what %s is refused', async (_case, text) => {
  expect(await ask(text())).toBe('bad_assertion')
})

test('an assertion is good once, on every server, for as long as it would live', async () => {
  const assertion = await sign()
  expect(await ask(assertion)).toBe('a token')
  expect(await ask(assertion)).toBe('bad_assertion')
  await installation.clock.advance(10 * minuteMs + 59 * secondMs)
  expect(await ask(assertion)).toBe('bad_assertion')
  await installation.clock.advance(2 * secondMs)
  expect(await ask(assertion)).toBe('assertion_out_of_time')
})

test('an assertion that was refused does not use up its id', async () => {
  const jti = randomUUID()
  expect(await ask(await sign({ claims: { jti, aud: 'https://elsewhere.example' } }))).not.toBe('a token')
  expect(await ask(await sign({ claims: { jti } }))).toBe('a token')
})

test("a client's key signs for no other client", async () => {
  const { client } = await createClient(installation, serverItself, { accountId: 'contoso', name: 'Other', roles: [] })
  const claims = { iss: client.id, sub: client.id }
  expect(await ask(await sign({ claims }), { client_id: client.id })).toBe('bad_assertion')
  expect(await ask(await sign(), { client_id: client.id })).toBe('bad_assertion')
  expect(await ask(await sign(), { client_id: 'nobody' })).toBe('unknown_client')
})

test('a certificate counts from its beginning to its end, and until it is removed', async () => {
  await installation.clock.set(certificate.expiresAt - 1)
  expect(await ask(await sign())).toBe('a token')
  await installation.clock.set(certificate.expiresAt)
  expect(await ask(await sign())).toBe('bad_assertion')
  await installation.clock.set(noonAt)
  await removeCertificate(installation, serverItself, { clientId, thumbprint: certificate.thumbprint })
  expect(await ask(await sign())).toBe('bad_assertion')
})

test('its last use is noted', async () => {
  await ask(await sign())
  const [kept] = await installation.credentials.listCertificates(clientId)
  expect(kept).toEqual({ ...certificate, lastUsedAt: noonAt })
})

test('a disabled client gets no token for an assertion', async () => {
  installation.changeClient(clientId, { disabledAt: 1 })
  expect(await ask(await sign())).toBe('disabled_client')
})

test.each([
  ['a secret beside it', { client_secret: 'x' }],
  ['another kind of assertion', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }],
  ['no kind', { client_assertion_type: undefined }],
])('an assertion with %s is refused', async (_case, change) => {
  expect(await ask(await sign(), change)).toBe('wrong_proof')
})

test('an assertion that is empty is missing', async () => {
  expect(await ask('')).toBe('missing_parameter')
})

test('a certificate is read from PEM and from DER, and known by its thumbprints', () => {
  const fromPem = readCertificate(Buffer.from(made.pem), clientId, noonAt)
  expect(fromPem).toEqual(readCertificate(made.der, clientId, noonAt))
  expect(fromPem).toMatchObject({ subject: 'CN=importer', expiresAt: noonAt + 30 * dayMs, validFromAt: noonAt - dayMs })
})

test.each<[string, () => Buffer, string]>([
  ['no certificate', () => Buffer.from('hello'), 'This is no X.509 certificate'],
  ['an empty file', () => Buffer.alloc(0), 'This is no X.509 certificate'],
  ['a huge file', () => Buffer.alloc(100_000), 'too large'],
  ['a private key beside it', () => Buffer.from(`${made.pem}-----BEGIN PRIVATE KEY-----`), 'holds a private key'],
  [
    'one that has expired',
    () => makeCertificate({ validFromAt: noonAt - dayMs, expiresAt: noonAt }).der,
    'expired at 2026-03-02',
  ],
  [
    'a key that is too short',
    () =>
      makeCertificate({
        validFromAt: 0,
        expiresAt: noonAt + dayMs,
        keyPair: generateKeyPairSync('rsa', { modulusLength: 1_024 }),
      }).der,
    'at least 2048 bits',
  ],
  [
    'a key of another kind',
    () =>
      makeCertificate({
        validFromAt: 0,
        expiresAt: noonAt + dayMs,
        keyPair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      }).der,
    'RSA',
  ],
])('%s is no certificate for a client', (_case, bytes, words) => {
  let sentence = ''
  try {
    readCertificate(bytes(), clientId, noonAt)
  } catch (error) {
    sentence = (error as { readonly data: { readonly sentence: string } }).data.sentence
  }
  expect(sentence).toContain(words)
})

/** What a library would not sign, signed with the right key all the same. */
async function byHand({ header, claims }: Change): Promise<string> {
  const { sign: signBytes } = await import('node:crypto')
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const nowSeconds = installation.clock.now() / secondMs
  const payload = { aud: endpoint, iss: clientId, sub: clientId, jti: randomUUID(), exp: nowSeconds + 60, ...claims }
  const text = `${part({ alg: 'RS256', 'x5t#S256': certificate.thumbprint, ...header })}.${part(payload)}`
  return `${text}.${signBytes('sha256', Buffer.from(text), made.privateKey).toString('base64url')}`
}
