import type { TokenAnswer } from '@almanac/api'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { issueToken } from './issue-token.ts'
import { OAuthError, oauthErrorAnswer, type OAuthErrorCode } from './oauth-error.ts'
import { createInstallation, resource, type Installation } from './testing/installation.ts'
import type { TokenRequest } from './token-form.ts'
import { publicKeySet } from './token-keys.ts'

const noonSeconds = Date.UTC(2026, 2, 2, 12) / 1_000

async function refusal(installation: Installation, request: TokenRequest): Promise<OAuthError> {
  const answer = await issueToken(installation, request).catch((error: unknown) => error)
  expect(answer).toBeInstanceOf(OAuthError)
  return answer as OAuthError
}

test("v1's answer has the documented members, every number as text", async () => {
  const installation = await createInstallation()
  const answer = await issueToken(installation, installation.request())
  expect(answer).toEqual({
    token_type: 'Bearer',
    expires_in: '3599',
    ext_expires_in: '3599',
    expires_on: String(noonSeconds + 3_600),
    not_before: String(noonSeconds - 300),
    resource,
    access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  })
  // As in the documents' example: 1612794445 - 1612790545.
  const { expires_on, not_before } = answer as TokenAnswer
  expect(Number(expires_on) - Number(not_before)).toBe(3_900)
})

test('the token says who, for what and how long, and verifies with the published keys', async () => {
  const installation = await createInstallation()
  const { access_token } = await issueToken(installation, installation.request())
  const { id } = installation.contoso.client
  expect(decodeProtectedHeader(access_token)).toEqual({
    alg: 'RS256',
    typ: 'JWT',
    kid: (await installation.keys.newest()).id,
  })
  expect(decodeJwt(access_token)).toEqual({
    aud: resource,
    iss: 'https://reports.example.com/tenant-one/',
    iat: noonSeconds,
    nbf: noonSeconds - 300,
    exp: noonSeconds + 3_600,
    jti: expect.any(String),
    sub: id,
    oid: id,
    appid: id,
    tid: 'tenant-one',
    roles: ['Reports.Read', 'Reports.ReadWrite'],
    account: 'contoso',
    ver: '1.0',
  })
  const published = createLocalJWKSet(await publicKeySet(installation.keys))
  await jwtVerify(access_token, published, { currentDate: new Date(installation.clock.now()) })
})

test('two tokens of the same second are different', async () => {
  const installation = await createInstallation()
  const [one, other] = await Promise.all([1, 2].map(() => issueToken(installation, installation.request())))
  expect(one!.access_token).not.toBe(other!.access_token)
})

test('v2.0 takes a scope, answers with numbers and names its own issuer', async () => {
  const installation = await createInstallation()
  const answer = await issueToken(installation, {
    ...installation.request({ resource: undefined, scope: `${resource}/.default` }),
    version: '2.0',
  })
  expect(answer).toEqual({
    token_type: 'Bearer',
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: expect.any(String),
  })
  const claims = decodeJwt(answer.access_token)
  expect(claims).toMatchObject({ aud: resource, iss: 'https://reports.example.com/tenant-one/v2.0', ver: '2.0' })
  expect(claims).toMatchObject({ azp: installation.contoso.client.id })
})

test('blanks around values, a final slash of the resource and the case of the tenant make no difference', async () => {
  const installation = await createInstallation()
  const { client, secret } = installation.contoso
  const request = installation.request({
    resource: ` ${resource}/ `,
    client_id: ` ${client.id}`,
    client_secret: `${secret} `,
    grant_type: ' client_credentials',
  })
  const answer = await issueToken(installation, { ...request, tenantId: 'TENANT-ONE' })
  expect(answer).toMatchObject({ resource })
})

test('id and secret may come in a Basic header', async () => {
  const installation = await createInstallation()
  const { client, secret } = installation.contoso
  const request = {
    ...installation.request({ client_id: undefined, client_secret: undefined }),
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(client.id)}:${secret}`).toString('base64')}`,
  }
  expect(await issueToken(installation, request)).toMatchObject({ token_type: 'Bearer' })
  const broken = { ...request, authorization: `Basic ${Buffer.from('no colon').toString('base64')}` }
  expect((await refusal(installation, broken)).code).toBe('malformed_parameter')
  const percent = { ...request, authorization: `Basic ${Buffer.from('%zz:x').toString('base64')}` }
  expect((await refusal(installation, percent)).code).toBe('malformed_parameter')
})

test.each<[string, Record<string, unknown>, OAuthErrorCode, number, string, number]>([
  ['a wrong secret', { client_secret: 'wrong' }, 'wrong_secret', 401, 'invalid_client', 7000215],
  ['an unknown client', { client_id: 'nobody' }, 'unknown_client', 400, 'unauthorized_client', 700016],
  ['an unknown resource', { resource: 'https://x.example' }, 'unknown_resource', 400, 'invalid_resource', 500011],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant', 400, 'unsupported_grant_type', 70003],
  ['no grant', { grant_type: ' ' }, 'missing_parameter', 400, 'invalid_request', 900144],
  ['no client', { client_id: undefined }, 'missing_parameter', 400, 'invalid_request', 900144],
  ['no secret', { client_secret: '' }, 'missing_parameter', 400, 'invalid_request', 900144],
  ['no resource', { resource: undefined }, 'missing_parameter', 400, 'invalid_request', 900144],
  ['a secret sent twice', { client_secret: ['a', 'b'] }, 'malformed_parameter', 400, 'invalid_request', 9002313],
])('%s is refused', async (_case, change, code, status, error, number) => {
  const installation = await createInstallation()
  const refused = await refusal(installation, installation.request(change))
  expect(refused.code).toBe(code)
  const answer = oauthErrorAnswer(refused, { traceId: 't', correlationId: 'c', now: installation.clock.now() })
  expect(answer).toEqual({
    status,
    headers: status === 401 ? { 'www-authenticate': 'Basic realm="token"' } : {},
    body: {
      error,
      error_description: expect.stringMatching(new RegExp(`^AADSTS${number}: .+\\.$`)),
      error_codes: [number],
      timestamp: '2026-03-02 12:00:00Z',
      trace_id: 't',
      correlation_id: 'c',
    },
  })
  expect(JSON.stringify(answer)).not.toContain(installation.contoso.secret)
})

test('an unknown tenant is refused before anything else', async () => {
  const installation = await createInstallation()
  const refused = await refusal(installation, { ...installation.request(), tenantId: 'elsewhere', form: {} })
  expect(refused.code).toBe('unknown_tenant')
})

test.each([
  ['without /.default', resource],
  ['with two resources', `${resource}/.default https://graph.windows.net/.default`],
  ['without a resource', 'openid offline_access'],
])('a scope %s is refused', async (_case, scope) => {
  const installation = await createInstallation()
  const refused = await refusal(installation, { ...installation.request({ scope }), version: '2.0' })
  expect(refused.code).toBe('invalid_scope')
})

test('a disabled client gets no token, and only one who knows the secret learns why', async () => {
  const installation = await createInstallation()
  installation.changeClient(installation.contoso.client.id, { disabledAt: 1 })
  expect((await refusal(installation, installation.request())).code).toBe('disabled_client')
  expect((await refusal(installation, installation.request({ client_secret: 'wrong' }))).code).toBe('wrong_secret')
})

test('an unknown client costs the same check as a wrong secret', async () => {
  const installation = await createInstallation()
  const checked: (string | null)[] = []
  const secrets: Installation['secrets'] = {
    check: (secret, hash) => {
      checked.push(hash)
      return installation.secrets.check(secret, hash)
    },
  }
  await refusal({ ...installation, secrets }, installation.request({ client_id: 'nobody' }))
  await refusal({ ...installation, secrets }, installation.request({ client_secret: 'wrong' }))
  const nearly = `wrong${installation.contoso.secret.slice(-4)}`
  await refusal({ ...installation, secrets }, installation.request({ client_secret: nearly }))
  const [kept] = await installation.credentials.listSecrets(installation.contoso.client.id)
  expect(checked).toEqual([null, null, kept!.hash])
})

test('what the caller sent is quoted short and on one line', async () => {
  const installation = await createInstallation()
  const refused = await refusal(installation, installation.request({ client_id: `a\r\nb${'x'.repeat(100_000)}` }))
  const { body } = oauthErrorAnswer(refused, { traceId: 't', correlationId: 'c', now: 0 })
  expect(body.error_description).not.toMatch(/[\r\n]/)
  expect(body.error_description.length).toBeLessThan(300)
})

test('names that every object has are no parameters', async () => {
  const installation = await createInstallation()
  const refused = await refusal(installation, { ...installation.request(), form: Object.create({ grant_type: 'x' }) })
  expect(refused.code).toBe('missing_parameter')
})
