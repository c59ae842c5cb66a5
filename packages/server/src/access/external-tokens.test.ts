import { createHmac } from 'node:crypto'
import { base64url, decodeJwt, decodeProtectedHeader, exportSPKI, importJWK, type JWTPayload } from 'jose'
import { expect, test, vi } from 'vitest'
import { isAppError } from '../kernel/app-error.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { setAccountStanding, setClientRoles, setClientStanding } from './change-client.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import { askAgainAfterMs } from './issuer-keys.ts'
import { issueToken } from './issue-token.ts'
import { readAudit } from './read-audit.ts'
import { startOidcProvider } from './testing/start-oidc-provider.ts'
import { makeKey, startTestIssuer, type TestIssuer } from './testing/test-issuer.ts'
import { createTrustingInstallation, reports, trusted } from './testing/trusting-installation.ts'

// Tokens of issuers elsewhere: of a real one (`oidc-provider`), and of one that does what no real one should.

/** What was said of a token: the caller, or why it was refused. */
async function outcome(verify: (token: string) => Promise<unknown>, token: string): Promise<unknown> {
  const answer = await verify(token).catch((error: unknown) => error)
  return isAppError(answer, 'unauthorized') ? `refused: ${answer.data.reason}` : answer
}

const refused = expect.stringMatching(/^refused: /) as unknown

/** A test issuer, and an installation that trusts it. */
async function openTestIssuer(change: Parameters<typeof trusted>[1] = {}) {
  const issuer = await startTestIssuer()
  const installation = await createTrustingInstallation([trusted(issuer.url, change)])
  const claims = (other: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
    iss: issuer.url,
    aud: reports,
    sub: 'importer',
    account: 'contoso',
    roles: ['Reports.Read'],
    exp: installation.clock.now() / secondMs + 3_600,
    ...other,
  })
  return { ...installation, issuer, claims }
}

/** Resolves when the key set has been asked for so often, and had. */
async function keysAsked(issuer: TestIssuer, times: number): Promise<void> {
  const count = () => issuer.asked.filter((path) => path === '/keys').length
  await vi.waitFor(() => expect(count()).toBe(times))
  // The answer itself is on its way for another moment.
  const gone = fetch(issuer.discoveryUrl).then((answer) => answer.text())
  await gone
}

test('a token of a real issuer says who is calling, after its keys are rotated too', async () => {
  const provider = await startOidcProvider()
  try {
    const { verify, clock } = await createTrustingInstallation([trusted(provider.url)])
    // The provider lives by the machine's time.
    clock.jump(Date.now())
    const claims = { account: 'contoso', roles: ['Reports.ReadWrite', 'Provider.Admin'] }
    const first = await provider.tokenFor(reports, claims)
    expect(decodeProtectedHeader(first)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' })
    const caller = await verify(first)
    expect(caller).toMatchObject({ accountId: 'contoso', user: 'importer', roles: ['Reports.ReadWrite'] })

    await provider.rotateKeys('ES256')
    await clock.advance(askAgainAfterMs)
    const second = await provider.tokenFor(reports, claims)
    expect(decodeProtectedHeader(second)).toMatchObject({ alg: 'ES256', kid: 'key-2' })
    expect(await verify(second)).toEqual(caller)
    // The old key is no longer published: what it signed ends with it.
    expect(await outcome(verify, first)).toEqual(refused)

    const [header, , signature] = second.split('.')
    const payload = base64url.encode(JSON.stringify({ ...decodeJwt(second), account: 'fabrikam' }))
    expect(await outcome(verify, `${header}.${payload}.${signature}`)).toEqual(refused)
    expect(await outcome(verify, await provider.tokenFor('https://elsewhere.example.com', claims))).toEqual(refused)
    expect(await outcome(verify, await provider.tokenFor(reports, { roles: ['Reports.Read'] }))).toMatch(/no claim for/)
    await clock.advance(hourMs + 2 * minuteMs)
    expect(await outcome(verify, second)).toMatch(/"exp"/)
  } finally {
    await provider.close()
  }
})

test.each([
  [
    'v1',
    'https://sts.windows.net/6c1d0f5a-8b6e-4a53-9d1f-2f7c4be0a111/',
    { aud: 'https://reports.example.com', appid: '2f1b6a52-0000-4f0e-9c40-0f3a3f2f9b11', appidacr: '1', ver: '1.0' },
  ],
  [
    'v2.0',
    'https://login.microsoftonline.com/6c1d0f5a-8b6e-4a53-9d1f-2f7c4be0a111/v2.0',
    {
      aud: 'a83e2b3e-1f54-4d2c-9b86-7c3a0d4b9c55',
      azp: '2f1b6a52-0000-4f0e-9c40-0f3a3f2f9b11',
      azpacr: '1',
      ver: '2.0',
    },
  ],
])("Entra's %s tokens are understood, with the tenant or the app as the account", async (_version, iss, own) => {
  const tid = '6c1d0f5a-8b6e-4a53-9d1f-2f7c4be0a111'
  const issuer = await startTestIssuer(iss)
  const { discoveryUrl } = issuer
  const base = { discoveryUrl, audiences: [own.aud] }
  const claimNames = { client: ['azp', 'appid'], roles: ['roles'] }
  const byTenant = await createTrustingInstallation([
    trusted(iss, { ...base, claims: { ...claimNames, account: ['tid'] }, accounts: new Map([[tid, 'contoso']]) }),
  ])
  const nbf = byTenant.clock.now() / secondMs
  const app = '2f1b6a52-0000-4f0e-9c40-0f3a3f2f9b11'
  const token = await issuer.sign({
    ...own,
    iss,
    tid,
    iat: nbf,
    nbf,
    exp: nbf + 3_599,
    idp: `https://sts.windows.net/${tid}/`,
    oid: '3b8fd1ab-0f2c-4f3f-a9a5-2d3d7c3f1e00',
    sub: '3b8fd1ab-0f2c-4f3f-a9a5-2d3d7c3f1e00',
    roles: ['Reports.ReadWrite'],
  })
  const expected = { accountId: 'contoso', user: app, roles: ['Reports.ReadWrite'] }
  expect(await byTenant.verify(token)).toMatchObject(expected)
  const byApp = await createTrustingInstallation([
    trusted(iss, {
      ...base,
      claims: { ...claimNames, account: ['azp', 'appid'] },
      accounts: new Map([[app, 'contoso']]),
    }),
  ])
  expect(await byApp.verify(token)).toMatchObject(expected)
})

test('an issuer of many tenants is believed of each, when token, tenant and key belong together', async () => {
  const tenants = ['6c1d0f5a-8b6e-4a53-9d1f-2f7c4be0a111', '7d2e1a6b-8b6e-4a53-9d1f-2f7c4be0a222'] as const
  const name = 'https://login.microsoftonline.com/{tenantid}/v2.0'
  const issuer = await startTestIssuer(name)
  const { verify, clock } = await createTrustingInstallation([
    trusted(name, {
      discoveryUrl: issuer.discoveryUrl,
      claims: { account: ['tid'], client: ['azp'], roles: ['roles'] },
      accounts: new Map([[tenants[0], 'contoso']]),
    }),
  ])
  const sign = (iss: string, tid: unknown) =>
    issuer.sign({ iss, tid, aud: reports, azp: 'app', roles: [], exp: clock.now() / secondMs + 60 })
  const nameOf = (tenant: string) => name.replace('{tenantid}', tenant)
  expect(await verify(await sign(nameOf(tenants[0]), tenants[0]))).toMatchObject({ accountId: 'contoso' })
  expect(await outcome(verify, await sign(nameOf(tenants[1]), tenants[1]))).toMatch(/none of those in the settings/)
  expect(await outcome(verify, await sign(nameOf(tenants[1]), tenants[0]))).toMatch(/another issuer/)
  expect(await outcome(verify, await sign(nameOf(tenants[0]), undefined))).toMatch(/another issuer/)
  expect(await outcome(verify, await sign(name, '{tenantid}'))).toMatch(/not trusted here/)
  expect(await outcome(verify, await sign(nameOf('common'), 'common'))).toMatch(/not trusted here/)

  // A key that is marked as one tenant's signs for that tenant alone.
  issuer.keySet = { keys: [{ ...issuer.key.publicJwk, kid: 'own', issuer: nameOf(tenants[1]) }] }
  issuer.key = { ...issuer.key, kid: 'own' }
  await clock.advance(askAgainAfterMs)
  expect(await outcome(verify, await sign(nameOf(tenants[0]), tenants[0]))).toMatch(/belongs to another issuer/)
  // Nor does it help not to name it.
  const claims = { iss: nameOf(tenants[0]), tid: tenants[0], aud: reports, azp: 'app', roles: [] }
  const unnamed = await issuer.sign({ ...claims, exp: clock.now() / secondMs + 60 }, { kid: undefined })
  expect(await outcome(verify, unnamed)).toMatch(/names no key/)
})

test.each<[string, Record<string, unknown>]>([
  ['another issuer', { iss: 'https://evil.example/' }],
  ['an issuer that only begins like it', { iss: 'http://127.0.0.1' }],
  ['no issuer', { iss: undefined }],
  ['a list of issuers', { iss: ['https://evil.example/'] }],
  ['another audience', { aud: 'https://graph.microsoft.com' }],
  ['no audience', { aud: undefined }],
  ['no end', { exp: undefined }],
  ['an end that has passed', { exp: Date.UTC(2026, 2, 2, 11, 58, 59) / secondMs }],
  ['a start that has not come', { nbf: Date.UTC(2026, 2, 2, 12, 1, 1) / secondMs }],
  ['no account', { account: undefined }],
  ['an account that is not known here', { account: 'nobody' }],
  ['an account that is no text', { account: ['contoso'] }],
  ['an account in other letters', { account: 'Contoso' }],
  ['a member of every object as its account', { account: '__proto__' }],
  ['no client', { sub: undefined }],
  ['a client with a line end in it', { sub: 'importer\nadmin' }],
  ['a client without end', { sub: 'x'.repeat(257) }],
])('a well-signed token of a trusted issuer with %s is refused', async (_case, change) => {
  const { verify, issuer, claims } = await openTestIssuer()
  expect(await outcome(verify, await issuer.sign(claims(change)))).toEqual(refused)
})

test('clocks may differ by what the settings say, and no more', async () => {
  const { verify, issuer, claims, clock } = await openTestIssuer({ clockSkewSeconds: 10 })
  const now = clock.now() / secondMs
  expect(await verify(await issuer.sign(claims({ exp: now - 9 })))).toMatchObject({ user: 'importer' })
  expect(await verify(await issuer.sign(claims({ nbf: now + 10 })))).toMatchObject({ user: 'importer' })
  expect(await outcome(verify, await issuer.sign(claims({ exp: now - 10 })))).toEqual(refused)
  expect(await outcome(verify, await issuer.sign(claims({ nbf: now + 11 })))).toEqual(refused)
})

test('a token without a signature, or with a public key of the issuer as its HMAC secret, is refused', async () => {
  const { verify, issuer, claims } = await openTestIssuer()
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
  await verify(await issuer.sign(claims()))
  const { kid, publicJwk } = issuer.key
  for (const alg of ['none', 'None', '']) {
    expect(await outcome(verify, `${encode({ alg, typ: 'JWT', kid })}.${encode(claims())}.`)).toEqual(refused)
  }
  const publicKey = await importJWK(publicJwk, 'RS256')
  if (publicKey instanceof Uint8Array) throw new Error('an RSA key is no shared secret')
  for (const secret of [await exportSPKI(publicKey), JSON.stringify(publicJwk), publicJwk.n ?? '']) {
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid })}.${encode(claims())}`
    const signature = createHmac('sha256', secret).update(signed).digest('base64url')
    expect(await outcome(verify, `${signed}.${signature}`)).toEqual(refused)
  }
})

test('a key set with a shared secret, a short key or a key for encryption lends them to no signature', async () => {
  const { verify, issuer, claims } = await openTestIssuer()
  const secret = base64url.encode('a secret that should never have been published')
  issuer.keySet = {
    keys: [
      { kty: 'oct', k: secret, kid: 'shared', alg: 'HS256' },
      { ...issuer.key.publicJwk, kid: 'encrypts', use: 'enc' },
      { kty: 'RSA', n: base64url.encode('x'.repeat(128)), e: 'AQAB', kid: 'short' },
      { kty: 'EC', crv: 'P-256', x: 'AAAA', y: 'AAAA', kid: 'broken' },
      null,
      issuer.key.publicJwk,
    ] as object[],
  }
  expect(await verify(await issuer.sign(claims()))).toMatchObject({ user: 'importer' })
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
  const signed = `${encode({ alg: 'HS256', kid: 'shared' })}.${encode(claims())}`
  const signature = createHmac('sha256', base64url.decode(secret)).update(signed).digest('base64url')
  expect(await outcome(verify, `${signed}.${signature}`)).toEqual(refused)
  for (const kid of ['encrypts', 'short']) {
    expect(await outcome(verify, await issuer.sign(claims(), { kid }))).toEqual(refused)
  }
  const ec = await makeKey('broken', 'ES256')
  expect(await outcome(verify, await issuer.sign(claims(), {}, ec))).toEqual(refused)
})

test("an attacker's own key is refused, whatever the header points to", async () => {
  const { verify, issuer, claims } = await openTestIssuer()
  const mine = await makeKey('key-1')
  const headers = [{}, { jwk: mine.publicJwk }, { jku: `${issuer.url}/mine` }, { kid: 'mine' }, { kid: undefined }]
  for (const header of headers) {
    expect(await outcome(verify, await issuer.sign(claims(), header, mine))).toEqual(refused)
  }
  expect(issuer.asked.filter((path) => path === '/mine')).toEqual([])
})

test('what is no access token is refused, and each usual type of one is not', async () => {
  const { verify, issuer, claims } = await openTestIssuer()
  for (const typ of ['JWT', 'at+jwt', 'application/at+jwt', undefined]) {
    expect(await verify(await issuer.sign(claims(), { typ }))).toMatchObject({ user: 'importer' })
  }
  for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'download-link']) {
    expect(await outcome(verify, await issuer.sign(claims(), { typ }))).toMatch(/no access token/)
  }
})

test('roles are those that the settings name: from a list, a scope or inside another claim', async () => {
  const { verify, issuer, claims } = await openTestIssuer({
    claims: {
      account: ['account'],
      client: ['sub'],
      roles: ['realm_access.roles', 'https://a.example/roles', 'scope'],
    },
    roles: new Map([
      ['importer', 'Reports.ReadWrite'],
      ['operator', 'Admin'],
    ]),
  })
  const rolesOf = async (change: Readonly<Record<string, unknown>>) =>
    (await verify(await issuer.sign(claims({ roles: ['Admin'], ...change })))).roles
  expect(await rolesOf({ realm_access: { roles: ['importer', 'Reports.Read', 'constructor', 7] } })).toEqual([
    'Reports.ReadWrite',
  ])
  expect(await rolesOf({ 'https://a.example/roles': ['operator'] })).toEqual(['Admin'])
  expect(await rolesOf({ scope: 'openid importer' })).toEqual(['Reports.ReadWrite'])
  expect(await rolesOf({})).toEqual([])
  expect(await rolesOf({ realm_access: 'importer' })).toEqual([])
})

test('a client is made known with its first token, once, and told of in the audit log', async () => {
  const { verify, issuer, claims, clients, audit } = await openTestIssuer()
  const tokens = await Promise.all([1, 2, 3].map((jti) => issuer.sign(claims({ jti: String(jti) }))))
  const callers = await Promise.all(tokens.map(verify))
  const [caller] = callers
  if (caller === undefined) throw new Error('no caller')
  expect(callers).toEqual([caller, caller, caller])
  const known = (await clients.listClients('contoso')).filter(({ id }) => id === caller.clientId)
  expect(known).toMatchObject([{ user: 'importer', name: `importer of ${issuer.url}`, roles: [] }])
  expect(known[0]?.webhookSecret).toMatch(/^whsec_/)
  const added: unknown[] = []
  for await (const { text } of readAudit(audit, 0)) added.push(JSON.parse(text))
  expect(added.filter((line) => JSON.stringify(line).includes(caller.clientId))).toMatchObject([
    { action: 'client.added', accountId: 'contoso', detail: { name: 'importer', issuer: issuer.url } },
  ])
})

test('a token without a role lets nobody do anything, and makes nobody known', async () => {
  const { verify, issuer, claims, clients, audit } = await openTestIssuer()
  const before = (await audit.head()).number
  const tokens = await Promise.all(['a', 'b'].map((sub) => issuer.sign(claims({ sub, roles: ['Elsewhere.Admin'] }))))
  const callers = await Promise.all(tokens.map(verify))
  expect(callers).toMatchObject([
    { accountId: 'contoso', user: 'a', roles: [] },
    { user: 'b', roles: [] },
  ])
  expect((await clients.listClients(null)).map(({ user }) => user)).not.toContain('a')
  expect((await audit.head()).number).toBe(before)
  expect(await outcome(verify, await issuer.sign(claims({ account: 'nobody', roles: [] })))).toMatch(/not known here/)
  // With a role it is the same client.
  const [caller] = callers
  expect(await verify(await issuer.sign(claims({ sub: 'a' })))).toEqual({ ...caller, roles: ['Reports.Read'] })
  expect((await clients.listClients('contoso')).map(({ id }) => id)).toContain(caller?.clientId)
})

test('a token is forgotten when the issuer publishes another key under the id of the one that signed it', async () => {
  const { verify, issuer, claims, clock } = await openTestIssuer()
  const token = await issuer.sign(claims({ exp: clock.now() / secondMs + 10 * 3_600 }))
  const named = { user: 'importer' }
  expect(await verify(token)).toMatchObject(named)
  const stolen = issuer.key
  issuer.key = await makeKey(stolen.kid)
  issuer.keySet = { keys: [issuer.key.publicJwk] }
  await clock.advance(hourMs)
  // Its key set is old by now: it is asked for in the background.
  await verify(token)
  await keysAsked(issuer, 2)
  await clock.advance(5 * secondMs)
  expect(await outcome(verify, token)).toMatch(/signature verification failed/)
  expect(await verify(await issuer.sign(claims({ exp: clock.now() / secondMs + 60 })))).toMatchObject(named)

  // The same key once more, published a little differently, is the same key.
  const again = await issuer.sign(claims({ exp: clock.now() / secondMs + 10 * 3_600 }))
  await verify(again)
  const { kty, n, e, kid } = issuer.key.publicJwk
  issuer.keySet = { keys: [{ kid, use: 'sig', e, n, kty }] }
  await clock.advance(hourMs)
  await verify(again)
  await keysAsked(issuer, 3)
  await clock.advance(5 * secondMs)
  const asked = issuer.asked.length
  expect(await verify(again)).toMatchObject(named)
  expect(issuer.asked).toHaveLength(asked)
})

test('clients of the same name, of two issuers, two accounts or of ours, are never taken for each other', async () => {
  const [one, two] = [await startTestIssuer(), await startTestIssuer()]
  const { verify, clients, contoso, clock } = await createTrustingInstallation([trusted(one.url), trusted(two.url)])
  const account = { id: 'fabrikam', name: 'Fabrikam', createdAt: 0, disabledAt: null }
  await clients.putAccount(account, {
    ...serverItself,
    at: 0,
    action: 'account.added',
    objectId: 'fabrikam',
    accountId: 'fabrikam',
    detail: {},
  })
  const ask = async (issuer: TestIssuer, accountId: string) => {
    const claims = {
      iss: issuer.url,
      aud: reports,
      sub: contoso.client.id,
      account: accountId,
      exp: clock.now() / secondMs + 60,
    }
    return verify(await issuer.sign(claims))
  }
  const callers = [await ask(one, 'contoso'), await ask(one, 'fabrikam'), await ask(two, 'contoso')]
  expect(callers.map(({ accountId }) => accountId)).toEqual(['contoso', 'fabrikam', 'contoso'])
  expect(new Set([contoso.client.id, ...callers.map(({ clientId }) => clientId)]).size).toBe(4)
  // An issuer that is trusted signs for itself, never for the other one.
  const forged = { iss: two.url, aud: reports, sub: 'x', account: 'contoso', exp: clock.now() / secondMs + 60 }
  expect(await outcome(verify, await one.sign(forged))).toEqual(refused)
})

test('a client or an account that is disabled here is out within five seconds, whatever its issuer says', async () => {
  const { verify, issuer, claims, clock, ...installation } = await openTestIssuer()
  const deps = { ...installation, clock }
  const token = await issuer.sign(claims())
  const { clientId } = await verify(token)
  await setClientStanding(deps, serverItself, { clientId, standing: 'disabled' })
  await clock.advance(5 * secondMs)
  expect(await outcome(verify, token)).toMatch(/disabled/)
  await setClientStanding(deps, serverItself, { clientId, standing: 'enabled' })
  await verify(token)
  await setAccountStanding(deps, serverItself, { accountId: 'contoso', standing: 'disabled' })
  await clock.advance(5 * secondMs)
  expect(await outcome(verify, token)).toMatch(/disabled/)
  expect(await outcome(verify, await issuer.sign(claims({ sub: 'another' })))).toMatch(/disabled/)
  expect((await installation.clients.listClients(null)).map(({ user }) => user)).not.toContain('another')
})

test('roles that are given to a client here narrow what its issuer says', async () => {
  const { verify, issuer, claims, clock, ...installation } = await openTestIssuer()
  const token = await issuer.sign(claims({ roles: ['Reports.Read', 'Reports.ReadWrite'] }))
  const { clientId, roles } = await verify(token)
  expect(roles).toEqual(['Reports.Read', 'Reports.ReadWrite'])
  await setClientRoles({ ...installation, clock }, serverItself, { clientId, roles: ['Reports.Read', 'Admin'] })
  await clock.advance(5 * secondMs)
  expect((await verify(token)).roles).toEqual(['Reports.Read'])
})

test('a verified token is remembered: neither key nor issuer is asked again, until it ends', async () => {
  const { verify, issuer, claims, clock } = await openTestIssuer()
  const token = await issuer.sign(claims({ exp: clock.now() / secondMs + 1_800 }))
  const caller = await verify(token)
  const asked = issuer.asked.length
  for (let count = 0; count < 20; count += 1) {
    await clock.advance(minuteMs)
    expect(await verify(token)).toEqual(caller)
  }
  expect(issuer.asked.length).toBe(asked)
  await clock.advance(11 * minuteMs)
  expect(await outcome(verify, token)).toMatch(/"exp"/)
})

test('tokens of the built-in issuer go on beside them', async () => {
  const issuer = await startTestIssuer()
  const installation = await createTrustingInstallation([trusted(issuer.url)])
  const { access_token: token } = await issueToken(installation, installation.request())
  expect(await installation.verify(token)).toMatchObject({ clientId: installation.contoso.client.id })
  expect(issuer.asked).toEqual([])
})
