import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenIdConfiguration, TokenAnswerV2, TokenError } from '@almanac/api'
import { addCertificate } from '../access/add-certificate.ts'
import { makeCertificate } from '../access/testing/make-certificate.ts'
import { serverItself } from '../kernel/audit-entry.ts'
import { dayMs, secondMs } from '../kernel/hours.ts'
import { audience, openApp, type TestApp, type TestClient } from './testing/open-app.ts'

// What a client proves itself by at the token endpoints, as it goes over the wire.

let app: TestApp
let client: TestClient
let tenantUrl: string
beforeEach(async () => {
  app = await openApp()
  client = await app.addClient('contoso', ['Reports.Read'])
  tenantUrl = `/${app.deps.tokens.issuer.tenantId}`
})
afterEach(() => app.close())

const targets = { v1: { resource: audience }, 'v2.0': { scope: `${audience}/.default` } }
const paths = { v1: '/oauth2/token', 'v2.0': '/oauth2/v2.0/token' }

function send(
  version: keyof typeof paths,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  return app.app.inject({
    method: 'POST',
    url: `${tenantUrl}${paths[version]}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ grant_type: 'client_credentials', ...targets[version], ...form }).toString(),
  })
}

test.each(['v1', 'v2.0'] as const)('%s takes id and secret as HTTP Basic, form-encoded', async (version) => {
  const encoded = [client.id, client.secret].map((part) => new URLSearchParams({ x: part }).toString().slice(2))
  const pair = Buffer.from(encoded.join(':')).toString('base64')
  const answer = await send(version, {}, { authorization: `Basic ${pair}` })
  expect([answer.statusCode, answer.json<TokenAnswerV2>().token_type]).toEqual([200, 'Bearer'])
  expect(answer.headers['cache-control']).toBe('no-store')
})

test.each(['v1', 'v2.0'] as const)('%s takes an assertion to the endpoint that discovery names', async (version) => {
  const now = app.clock.now()
  const { privateKey, der } = makeCertificate({ validFromAt: now - dayMs, expiresAt: now + dayMs })
  const deps = { ...app.deps.tokens, newId: app.deps.newId }
  const { thumbprint } = await addCertificate(deps, serverItself, { clientId: client.id, certificate: der })
  const folder = version === 'v1' ? '' : '/v2.0'
  const known = await app.app.inject(`${tenantUrl}${folder}/.well-known/openid-configuration`)
  const discovered = known.json<OpenIdConfiguration>()
  expect(discovered.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
  const assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'PS256', 'x5t#S256': thumbprint })
    .setIssuer(client.id)
    .setSubject(client.id)
    .setAudience(discovered.token_endpoint)
    .setExpirationTime(now / secondMs + 300)
    .sign(privateKey)
  const form = {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  }
  const answer = await send(version, form)
  expect(answer.statusCode).toBe(200)
  const datasets = await app.app.inject({
    url: '/insights/v1.1/cmp/ScheduledDataset',
    headers: { authorization: `Bearer ${answer.json<TokenAnswerV2>().access_token}` },
  })
  expect(datasets.statusCode).toBe(200)

  const again = await send(version, form)
  expect([again.statusCode, again.json<TokenError>().error_codes]).toEqual([401, [700027]])
  expect(again.headers['www-authenticate']).toBe('Basic realm="token"')
  // Neither the refusal nor the log has what one could try again.
  expect(again.body + app.logged.join('')).not.toContain(assertion.slice(-40))
})

test('whoever fails again and again is told when to come back', async () => {
  const form = { client_id: client.id, client_secret: 'wrong' }
  for (let count = 0; count < 6; count += 1) expect((await send('v1', form)).statusCode).toBe(401)
  const slowed = await send('v1', form)
  expect([slowed.statusCode, slowed.headers['retry-after']]).toEqual([429, '1'])
  expect(slowed.json<TokenError>()).toMatchObject({ error: 'temporarily_unavailable', error_codes: [90055] })
  // Another client of the same address is let in meanwhile.
  expect((await app.addClient('contoso', [])).token).toMatch(/^ey/)
})
