import { createHmac } from 'node:crypto'
import { assert, asyncProperty, constantFrom, nat, pre, string } from 'fast-check'
import { base64url, exportJWK, exportSPKI, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { expect, test } from 'vitest'
import { isAppError } from '../kernel/app-error.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { issueToken } from './issue-token.ts'
import { createInstallation, resource, type Installation } from './testing/installation.ts'
import { tokenClaims } from './token-claims.ts'
import { createOwnVerifier } from './testing/own-verifier.ts'

async function issue(installation: Installation): Promise<string> {
  const { access_token } = await issueToken(installation, installation.request())
  return access_token
}

/** What the issuer would say at this moment, with `change`; a claim changed to undefined is left out. */
function claimsOf(installation: Installation, change: Readonly<Record<string, unknown>> = {}): JWTPayload {
  return {
    ...tokenClaims({
      issuer: installation.issuer,
      version: '1.0',
      client: installation.contoso.client,
      audience: resource,
      issuedAtSeconds: installation.clock.now() / secondMs,
      tokenId: 'forged',
      userName: null,
    }),
    ...change,
  }
}

/** A token with the installation's real signature over claims that it would not issue. */
async function sign(
  installation: Installation,
  change: Readonly<Record<string, unknown>>,
  header: object = {},
): Promise<string> {
  const key = await installation.keys.newest()
  return new SignJWT(claimsOf(installation, change))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.id, ...header })
    .sign(key.privateKey)
}

/** `refused` for a 401; anything else that happens comes back as it is, for the test to show. */
async function outcome(verify: (token: string) => Promise<unknown>, token: string): Promise<unknown> {
  const answer = await verify(token).catch((error: unknown) => error)
  return isAppError(answer, 'unauthorized') ? 'refused' : answer
}

const encode = (value: unknown) => base64url.encode(JSON.stringify(value))

test('a token that was issued says who is calling', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const { client } = installation.contoso
  const caller = { accountId: 'contoso', clientId: client.id, user: client.user, roles: client.roles }
  expect(await verify(await issue(installation))).toEqual(caller)
  const v2 = await issueToken(installation, {
    ...installation.request({ scope: `${resource}/.default` }),
    version: '2.0',
  })
  expect(await verify(v2.access_token)).toEqual(caller)
  // The forger of this file forges well: what follows is refused for what it changes, not for how it is made.
  expect(await verify(await sign(installation, {}))).toEqual(caller)
})

test('a token without a signature (alg none) is refused', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const { id: kid } = await installation.keys.newest()
  const claims = encode(claimsOf(installation))
  for (const alg of ['none', 'None', 'NONE', '']) {
    expect(await outcome(verify, `${encode({ alg, typ: 'JWT', kid })}.${claims}.`)).toBe('refused')
  }
  const [header, payload] = (await issue(installation)).split('.')
  expect(await outcome(verify, `${header}.${payload}.`)).toBe('refused')
})

test('a token signed with the public key as an HMAC secret (key confusion) is refused', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const { id: kid, publicKey, publicJwk } = await installation.keys.newest()
  const secrets = [await exportSPKI(publicKey), JSON.stringify(publicJwk), publicJwk.n ?? '']
  for (const secret of secrets) {
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${encode(claimsOf(installation))}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64url')
    expect(await outcome(verify, `${signed}.${signature}`)).toBe('refused')
  }
})

test("a token of an attacker's own key is refused, whatever its header points to", async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const { id: kid } = await installation.keys.newest()
  const jwk = await exportJWK(publicKey)
  const headers = [{ kid }, { kid, jwk }, { jwk }, { kid: 'mine' }, { kid, jku: 'https://evil.example/keys' }]
  for (const header of headers) {
    const token = await new SignJWT(claimsOf(installation))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
      .sign(privateKey)
    expect(await outcome(verify, token)).toBe('refused')
  }
})

test('another RSA algorithm with the right key is refused', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const [, payload, signature] = (await issue(installation)).split('.')
  const { id: kid } = await installation.keys.newest()
  for (const alg of ['PS256', 'RS384', 'RS512']) {
    expect(await outcome(verify, `${encode({ alg, typ: 'JWT', kid })}.${payload}.${signature}`)).toBe('refused')
  }
})

test.each<[string, Record<string, unknown>]>([
  ['another audience', { aud: 'https://graph.microsoft.com' }],
  ['no audience', { aud: undefined }],
  ['another issuer', { iss: 'https://evil.example/tenant-one/' }],
  ['no issuer', { iss: undefined }],
  ['another tenant', { tid: 'tenant-two' }],
  ['no expiry', { exp: undefined }],
  ['no start', { nbf: undefined }],
  ['no subject', { sub: undefined }],
  ['a client that does not exist', { sub: 'nobody' }],
  ["another account than its client's", { account: 'fabrikam' }],
  ['no account', { account: undefined }],
  ['roles that are no list', { roles: 'Admin' }],
])('a well-signed token with %s is refused', async (_case, change) => {
  const installation = await createInstallation()
  expect(await outcome(createOwnVerifier(installation), await sign(installation, change))).toBe('refused')
})

test('a well-signed thing that is no access token is refused', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  expect(await outcome(verify, await sign(installation, {}, { typ: 'download-link' }))).toBe('refused')
  expect(
    await outcome(verify, await sign(installation, {}, { crit: ['exp'], exp: 1 }).catch(() => 'not signable')),
  ).toBe('refused')
})

test('an altered payload is refused', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const [header, , signature] = (await issue(installation)).split('.')
  const forged = encode(claimsOf(installation, { roles: ['Admin'] }))
  expect(await outcome(verify, `${header}.${forged}.${signature}`)).toBe('refused')
})

test('a token of another installation is refused, even with the same tenant, address and client', async () => {
  const installation = await createInstallation()
  const other = await createInstallation()
  expect(other.contoso.client.id).toBe(installation.contoso.client.id)
  expect(await outcome(createOwnVerifier(installation), await issue(other))).toBe('refused')
})

test('a token ends after an hour and a short skew, also when it was seen before', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const token = await issue(installation)
  await verify(token)
  await installation.clock.advance(hourMs + 29 * secondMs)
  await verify(token)
  await installation.clock.advance(secondMs)
  expect(await outcome(verify, token)).toBe('refused')
  expect(await outcome(createOwnVerifier(installation), token)).toBe('refused')
})

test('a token is not valid before its time, also when the clock is turned back', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const nbf = (installation.clock.now() + hourMs) / secondMs
  expect(await outcome(verify, await sign(installation, { nbf, exp: nbf + 3_600 }))).toBe('refused')
  const token = await issue(installation)
  await verify(token)
  await installation.clock.set(installation.clock.now() - 5 * minuteMs - 31 * secondMs)
  expect(await outcome(verify, token)).toBe('refused')
})

test('a disabled client is out within five seconds, and back when it is enabled', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const token = await issue(installation)
  await verify(token)
  installation.changeClient(installation.contoso.client.id, { disabledAt: installation.clock.now() })
  await installation.clock.advance(5 * secondMs)
  expect(await outcome(verify, token)).toBe('refused')
  installation.changeClient(installation.contoso.client.id, { disabledAt: null })
  await verify(token)
})

test('a role that is taken away ends with the next look at the client; one that is added needs a new token', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const token = await issue(installation)
  await verify(token)
  installation.changeClient(installation.contoso.client.id, { roles: ['Reports.Read', 'Admin'] })
  await installation.clock.advance(5 * secondMs)
  expect((await verify(token)).roles).toEqual(['Reports.Read'])
  expect((await verify(await issue(installation))).roles).toEqual(['Reports.Read', 'Admin'])
})

test('a token that was verified costs no signature, and a look-up of its client and key every five seconds', async () => {
  const installation = await createInstallation()
  let lookUps = 0
  let keyLookUps = 0
  const verify = createOwnVerifier({
    ...installation,
    clients: {
      ...installation.clients,
      findClient: (id) => {
        lookUps += 1
        return installation.clients.findClient(id)
      },
    },
    keys: {
      ...installation.keys,
      find: (id) => {
        keyLookUps += 1
        return installation.keys.find(id)
      },
    },
  })
  const token = await issue(installation)
  for (let count = 0; count < 50; count += 1) await verify(token)
  expect([lookUps, keyLookUps]).toEqual([1, 1])
  await installation.clock.advance(5 * secondMs)
  for (let count = 0; count < 50; count += 1) await verify(token)
  expect([lookUps, keyLookUps]).toEqual([2, 2])
})

test('a refused token is not remembered as a good one', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const token = await issue(installation)
  const tampered = `${token.slice(0, -4)}AAAA`
  await verify(token)
  for (let count = 0; count < 3; count += 1) expect(await outcome(verify, tampered)).toBe('refused')
})

test('a store that does not answer is our fault, not that of the token', async () => {
  const installation = await createInstallation()
  const broken = () => Promise.reject(new Error('the disk is away'))
  const token = await issue(installation)
  const noClients = createOwnVerifier({ ...installation, clients: { ...installation.clients, findClient: broken } })
  await expect(noClients(token)).rejects.toThrow('the disk is away')
  const noKeys = createOwnVerifier({ ...installation, keys: { ...installation.keys, find: broken } })
  await expect(noKeys(token)).rejects.toThrow('the disk is away')
})

test('garbage is refused and nothing else happens', async () => {
  const installation = await createInstallation()
  const verify = createOwnVerifier(installation)
  const real = await issue(installation)
  const { id: kid } = await installation.keys.newest()
  const header = encode({ alg: 'RS256', typ: 'JWT', kid })
  for (const token of [
    '',
    '.',
    '..',
    '...',
    'null',
    `${header}.`,
    `${header}..`,
    `${header}.bnVsbA.AAAA`,
    `${real}.x`,
  ]) {
    expect(await outcome(verify, token)).toBe('refused')
  }
  expect(await outcome(verify, `${real.slice(0, 20)}${'A'.repeat(1_000_000)}`)).toBe('refused')
  await assert(
    asyncProperty(string({ unit: 'binary' }), async (token) => {
      expect(await outcome(verify, token)).toBe('refused')
    }),
    { numRuns: 300 },
  )
  // Any one character changed. (The last one of a signature carries spare bits, so it is left alone.)
  await assert(
    asyncProperty(nat(real.length - 2), constantFrom('A', 'z', '-', '.', ' ', 'é'), async (at, character) => {
      pre(real[at] !== character)
      expect(await outcome(verify, real.slice(0, at) + character + real.slice(at + 1))).toBe('refused')
    }),
    { numRuns: 200 },
  )
})
