import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EngineError, type QueryEngine } from '../datasets/query-engine.ts'
import { AppError } from '../kernel/app-error.ts'
import { audience, openApp, publicUrl, tenantId, type TestApp, type TestClient } from './testing/open-app.ts'

let house: TestApp
let partner: TestClient
let reader: TestClient

beforeAll(async () => {
  house = await openApp()
  partner = await house.addClient('contoso', ['Reports.ReadWrite'])
  reader = await house.addClient('contoso', ['Reports.Read'])
})
afterAll(() => house.close())

const base = '/insights/v1.1/cmp'
const datasets = `${base}/ScheduledDataset`

describe('an address', () => {
  test.each([
    datasets,
    `${datasets}%20`,
    `${datasets}/`,
    `${datasets}/%20?datasetName=Orders`,
    '//insights//v1.1/cmp///ScheduledDataset',
    '/INSIGHTS/V1.1/CMP/SCHEDULEDDATASET',
    '/insights/v1/cmp/scheduleddataset',
    `${datasets}?DATASETNAME=orders`,
    `${datasets}?datasetName=&unknown=1`,
  ])('%s is found', async (url) => {
    const answer = await partner.ask('GET', url)
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({ value: [{ datasetName: 'Orders' }], message: 'Dataset fetched successfully' })
  })

  test('ids in it keep their casing', async () => {
    const answer = await partner.ask('DELETE', `${base}/scheduledqueries/AbC-No-Such`)
    expect(answer.json()).toMatchObject({ statusCode: 404, message: 'No item found with given filters' })
    expect(house.logged.some((line) => line.includes('AbC-No-Such'))).toBe(true)
  })

  test.each([
    ['/nowhere', 'unknown_route', 404],
    ['/insights/v2/cmp/ScheduledDataset', 'unknown_route', 404],
    ['/insights/v1/nope/ScheduledDataset', 'unknown_program', 404],
    ['/insights/v1/%zz/ScheduledDataset', 'malformed_request', 400],
    [`/insights/v1/${'x'.repeat(9_000)}/ScheduledDataset`, 'address_too_long', 414],
  ])('%.60s is refused in the envelope', async (url, code, status) => {
    const answer = await partner.ask('GET', url)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({
      value: [],
      nextLink: null,
      totalCount: 0,
      message: expect.any(String),
      statusCode: status,
      error: { code, details: expect.any(Array) },
    })
    expect(answer.headers).toMatchObject({ 'x-request-id': expect.any(String), 'x-content-type-options': 'nosniff' })
  })

  test('a method that is not served is 405 with those that are', async () => {
    const answer = await partner.ask('DELETE', datasets)
    expect(answer.statusCode).toBe(405)
    expect(answer.headers['allow']).toBe('GET, HEAD')
    expect(answer.json()).toMatchObject({ statusCode: 405, error: { code: 'method_not_allowed' } })
  })

  test('a method that is not served is 405 whatever its body is', async () => {
    const headers = { 'content-type': 'text/plain' }
    const answer = await house.app.inject({ method: 'PUT', url: datasets, headers, payload: '}' })
    expect(answer.statusCode).toBe(405)
  })

  test('HEAD answers as GET does, without the body', async () => {
    const answer = await partner.ask('HEAD', datasets)
    expect(answer.statusCode).toBe(200)
    expect(answer.body).toBe('')
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(100)
  })
})

describe('who asks', () => {
  const ask = (headers: Record<string, string>) => house.app.inject({ method: 'GET', url: datasets, headers })

  test('may show the token in either header', async () => {
    const shown = [
      { authorization: `Bearer ${partner.token}` },
      { authorization: `bearer  ${partner.token} ` },
      { 'x-aaduserticket': partner.token },
      { 'x-aaduserticket': ` ${partner.token} ` },
    ]
    for (const headers of shown) expect((await ask(headers)).statusCode).toBe(200)
  })

  test.each([
    {},
    { authorization: 'Bearer' },
    { authorization: 'Basic abc' },
    { authorization: 'Bearer abc.def.ghi' },
    { authorization: '', 'x-aaduserticket': '' },
  ])('with %j is told Unauthorized, in the envelope, and no more', async (headers) => {
    const answer = await ask(headers)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer')
    expect(answer.json()).toEqual({
      value: [],
      nextLink: null,
      totalCount: 0,
      message: 'Unauthorized',
      statusCode: 401,
      error: { code: 'unauthorized', details: [] },
    })
  })

  test('without a good token the body is not even read', async () => {
    const answer = await house.app.inject({
      method: 'POST',
      url: `${base}/ScheduledQueries`,
      headers: { 'content-type': 'application/json' },
      payload: '{ not json',
    })
    expect(answer.statusCode).toBe(401)
  })

  test('with a role that is not enough is told which are', async () => {
    const answer = await reader.ask('POST', `${base}/ScheduledQueries`, { Name: 'n', Query: 'q' })
    expect(answer.statusCode).toBe(403)
    expect(answer.json<{ message: string }>().message).toBe(
      'Forbidden. This needs one of the roles Reports.ReadWrite, Admin.',
    )
    expect((await reader.ask('GET', datasets)).statusCode).toBe(200)
  })

  test('with a token that has expired is 401', async () => {
    const later = await openApp()
    const client = await later.addClient('contoso', ['Reports.Read'])
    await later.clock.advance(2 * 3_600_000)
    const headers = { authorization: `Bearer ${client.token}` }
    expect((await later.app.inject({ url: datasets, headers })).statusCode).toBe(401)
    await later.close()
  })
})

describe('a body', () => {
  const send = (payload: string, contentType = 'application/json', url = `${base}/ScheduledQueries`) =>
    house.app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${partner.token}`, 'content-type': contentType },
      payload,
    })
  const good = '{"Name": "n", "Query": "SELECT OrderId FROM Orders"}'

  test.each([
    'application/json',
    'application/JSON',
    'Application/JSON',
    'application/json; charset=utf-8',
    'text/json',
    'application/vnd.example+json',
  ])('is taken as %s', async (contentType) => {
    expect((await send(good, contentType)).statusCode).toBe(200)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'is not taken as %s',
    async (contentType) => {
      const answer = await send(good, contentType)
      expect(answer.statusCode).toBe(415)
      expect(answer.json()).toMatchObject({ statusCode: 415, error: { code: 'unsupported_media_type' } })
    },
  )

  test('that is no JSON is 400 with the place', async () => {
    const answer = await send('{"Name": "n",\n "Query": }')
    expect(answer.json()).toMatchObject({
      statusCode: 400,
      message: 'The body is not valid JSON: expected a value, found "}" at line 2, column 11',
      error: { code: 'malformed_request', details: [{ line: 2, column: 11 }] },
    })
  })

  test.each([
    ['{"Name": "a", "name": "b", "Query": "q"}', 400],
    ['{"Name": "a", "name": "a", "Query": "SELECT OrderId FROM Orders"}', 200],
    ['{"Name": "a", "Query": "SELECT OrderId FROM Orders",}', 400],
    ['[]', 400],
    ['"text"', 400],
    ['', 400],
    ['null', 400],
  ])('%s is %i', async (payload, status) => {
    expect((await send(payload)).statusCode).toBe(status)
  })

  test('that lacks mandatory fields is told all of them', async () => {
    expect((await send('{"Description": "d"}')).json()).toMatchObject({
      statusCode: 400,
      message: 'Null or missing value: Name, Query',
      error: { code: 'missing_value', details: [{ field: 'Name' }, { field: 'Query' }] },
    })
  })

  test('that is too large is 413', async () => {
    const answer = await send(`{"Name": "${'x'.repeat(70_000)}"}`)
    expect(answer.statusCode).toBe(413)
    expect(answer.json()).toMatchObject({ statusCode: 413, error: { code: 'too_large' } })
  })

  test('is not asked of a DELETE that says it sends JSON', async () => {
    const answer = await house.app.inject({
      method: 'DELETE',
      url: `${base}/ScheduledQueries/none`,
      headers: { authorization: `Bearer ${partner.token}`, 'content-type': 'application/json' },
    })
    expect(answer.statusCode).toBe(404)
  })
})

describe('every answer', () => {
  test('carries the id of the request: the one that was sent, or a new one', async () => {
    const ask = (headers: Record<string, string>) => house.app.inject({ method: 'GET', url: '/health', headers })
    expect((await ask({ 'ms-requestid': 'mine-1' })).headers['x-request-id']).toBe('mine-1')
    expect((await ask({})).headers['x-request-id']).toMatch(/^[\da-f-]{36}$/)
  })

  test('names no framework', async () => {
    const answer = await partner.ask('GET', datasets)
    expect(answer.headers).not.toHaveProperty('x-powered-by')
    expect(answer.headers).not.toHaveProperty('server')
  })

  test('to a bug is the id of the request; what it was is in the log', async () => {
    const broken = await openApp({
      verifyToken: () => Promise.reject(new Error('the secret of the house')),
    })
    const answer = await broken.app.inject({
      method: 'GET',
      url: datasets,
      headers: { authorization: 'Bearer x', 'x-request-id': 'find-me' },
    })
    expect(answer.json()).toEqual({
      value: [],
      nextLink: null,
      totalCount: 0,
      message: 'Internal error encountered. Correlation ID find-me',
      statusCode: 500,
      error: { code: 'internal', details: [] },
    })
    const line = broken.logged.find((text) => text.includes('the secret of the house'))
    expect(line).toContain('find-me')
    await broken.close()
  })

  test('whose token nobody can verify now is refused without an error in the log: anybody could fill it', async () => {
    const cut = await openApp({
      verifyToken: () => Promise.reject(new AppError('issuer_unavailable', { retryAfterSeconds: 10 })),
    })
    const answer = await cut.app.inject({ method: 'GET', url: datasets, headers: { authorization: 'Bearer x' } })
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '10'])
    expect(cut.logged.filter((line) => /"level":[456]0/.test(line))).toEqual([])
    await cut.close()
  })

  test('that asks to come back later says when', async () => {
    const busy = await openApp({
      verifyToken: () => Promise.reject(new AppError('too_busy', { retryAfterSeconds: 7, sentence: 'Later' })),
    })
    const answer = await busy.app.inject({ method: 'GET', url: datasets, headers: { authorization: 'Bearer x' } })
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['retry-after']).toBe('7')
    await busy.close()
  })
})

describe('the log', () => {
  test('has a line for each request with who asked, and neither tokens nor query strings', async () => {
    await partner.ask('GET', `${base}/ScheduledQueries/testQueryResult?exportQuery=SECRETTEXT`)
    await house.app.inject({ method: 'GET', url: '/download/some-id/x.csv?expires=1&key=k&signature=SECRETSIGNATURE' })
    const all = house.logged.join('')
    expect(all).toContain('"path":"/insights/v1.1/cmp/ScheduledQueries/testQueryResult"')
    expect(all).toContain(`"clientId":"${partner.id}"`)
    expect(all).toContain('"path":"/download/some-id/x.csv"')
    const secrets = [partner.token, partner.secret, 'SECRETTEXT', 'SECRETSIGNATURE']
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([])
  })
})

describe('the token endpoint', () => {
  const ask = (form: Record<string, string>, url = `/${tenantId}/oauth2/token`, headers: Record<string, string> = {}) =>
    house.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    })
  const form = () => ({
    grant_type: 'client_credentials',
    client_id: partner.id,
    client_secret: partner.secret,
    resource: audience,
  })

  test('answers v1 in texts, with the blanks of the documents around the values', async () => {
    const spaced = Object.fromEntries(Object.entries(form()).map(([key, value]) => [key, ` ${value} `]))
    const answer = await ask(spaced, `/${tenantId}/oauth2/token%20`, { 'return-client-request-id': 'true' })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    const now = house.clock.now() / 1_000
    expect(answer.json()).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: String(now + 3_600),
      not_before: String(now - 300),
      resource: audience,
      access_token: expect.any(String) as string,
    })
  })

  test('answers v2.0 in numbers', async () => {
    const { resource, ...rest } = form()
    const answer = await ask({ ...rest, scope: `${resource}/.default` }, `/${tenantId}/oauth2/v2.0/token`)
    expect(answer.json()).toMatchObject({ expires_in: 3_599, ext_expires_in: 3_599 })
  })

  test('refuses in the shape that OAuth clients know', async () => {
    const headers = { 'client-request-id': 'c0ffee', 'return-client-request-id': 'true', 'x-request-id': 'trace-1' }
    const answer = await ask({ ...form(), client_secret: 'wrong' }, undefined, headers)
    expect(answer.statusCode).toBe(401)
    expect(answer.headers).toMatchObject({ 'client-request-id': 'c0ffee', 'www-authenticate': 'Basic realm="token"' })
    expect(answer.json()).toMatchObject({
      error: 'invalid_client',
      error_description: expect.stringMatching(/^AADSTS7000215: /) as string,
      error_codes: [7_000_215],
      trace_id: 'trace-1',
      correlation_id: 'c0ffee',
      timestamp: '2026-05-09 12:00:00Z',
    })
  })

  test('refuses a parameter that is sent twice, another tenant, and a body that is no form', async () => {
    const twice = await house.app.inject({
      method: 'POST',
      url: `/${tenantId}/oauth2/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'grant_type=client_credentials&grant_type=password',
    })
    expect(twice.json()).toMatchObject({ error: 'invalid_request' })
    expect((await ask(form(), '/another/oauth2/token')).json()).toMatchObject({ error: 'invalid_request' })
    const json = await ask(form(), undefined, { 'content-type': 'text/plain' })
    expect(json.statusCode).toBe(415)
    expect(json.json()).toMatchObject({ error: 'invalid_request', error_codes: [] })
  })

  test('says where its keys are, for both versions, and shows no private part of them', async () => {
    for (const suffix of ['', '/v2.0']) {
      const found = await house.app.inject(`/${tenantId}${suffix}/.well-known/openid-configuration`)
      const { jwks_uri: keySetUrl, token_endpoint: tokenUrl } = found.json<Record<string, string>>()
      expect(tokenUrl).toBe(`${publicUrl}/${tenantId}/oauth2${suffix}/token`)
      const keySet = await house.app.inject(String(keySetUrl).slice(publicUrl.length))
      const { keys } = keySet.json<{ keys: Record<string, string>[] }>()
      expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    }
    expect((await house.app.inject('/another/discovery/keys')).statusCode).toBe(404)
    expect((await house.app.inject('/another/.well-known/openid-configuration')).statusCode).toBe(404)
  })
})

describe('pages for people', () => {
  test.each(['v1', 'v1.1'])(
    'Swagger UI of %s is where the documents have it, and needs no network',
    async (version) => {
      const page = await house.app.inject(`/insights/${version}/cmp/swagger/index.html`)
      expect(page.headers['content-type']).toMatch(/^text\/html/)
      const scripts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => String(address))
      expect(scripts.length).toBeGreaterThan(2)
      for (const script of scripts) {
        expect(script).not.toMatch(/^(https?:)?\/\//)
        const answer = await house.app.inject(`/insights/${version}/cmp/swagger/${script}`)
        expect(answer.statusCode).toBe(200)
        expect(answer.rawPayload.length).toBeGreaterThan(50)
      }
      const document = await house.app.inject(`/insights/${version}/cmp/swagger/${version}/swagger.json`)
      expect(document.json()).toMatchObject({ openapi: '3.1.0', info: { version }, servers: [{ url: publicUrl }] })
      expect((await house.app.inject(`/openapi/${version}.json`)).json()).toEqual(document.json())
    },
  )

  test('its folder leads to the page', async () => {
    const answer = await house.app.inject('/insights/v1/cmp/swagger/')
    expect(answer.statusCode).toBe(302)
    expect(answer.headers.location).toBe('/insights/v1/cmp/swagger/index.html')
  })

  test('health says whether the store answers', async () => {
    expect((await house.app.inject('/health')).json()).toEqual({ status: 'ok' })
    const ill = await openApp({ checkHealth: () => Promise.reject(new Error('no disk')) })
    const answer = await ill.app.inject('/health')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toEqual({ status: 'unavailable' })
    await ill.close()
  })
})

describe('on a socket', () => {
  let port: number
  beforeAll(async () => {
    await house.app.listen({ host: '127.0.0.1', port: 0 })
    port = (house.app.server.address() as AddressInfo).port
  })

  async function exchange(text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1')
    socket.write(text)
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    await once(socket, 'close')
    return answer
  }

  test('what is no HTTP is refused in the envelope', async () => {
    const answer = await exchange('HELLO\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ statusCode: 400, value: [] })
  })

  test('headers without end are refused in the envelope', async () => {
    const answer = await exchange(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(70_000)}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
    expect(answer).toContain('"headers_too_large"')
  })

  test('a preview stops when its client leaves, and nobody is woken for it', async () => {
    const started = Promise.withResolvers<void>()
    const stopped = Promise.withResolvers<void>()
    const engine: QueryEngine = {
      ...house.deps.engine,
      preview: (_query, { signal }) => {
        started.resolve()
        const { promise, reject } = Promise.withResolvers<never>()
        signal.addEventListener('abort', () => {
          stopped.resolve()
          reject(new EngineError('cancelled', 'called off'))
        })
        return promise
      },
    }
    const slow = await openApp({ engine })
    const client = await slow.addClient('contoso', ['Reports.Read'])
    await slow.app.listen({ host: '127.0.0.1', port: 0 })
    const socket = connect((slow.app.server.address() as AddressInfo).port, '127.0.0.1')
    const path = `${base}/ScheduledQueries/testQueryResult?queryId=q-orders`
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${client.token}\r\n\r\n`)
    await started.promise
    socket.destroy()
    await stopped.promise
    await slow.close()
    expect(slow.logged.filter((line) => line.includes('"level":50'))).toEqual([])
  })

  test('a query text of 16 KiB fits into an address, whatever its characters', async () => {
    const text = encodeURIComponent("'".repeat(16 * 1_024)).replaceAll("'", '%27')
    const path = `${base}/ScheduledQueries/testQueryResult?exportQuery=${text}`
    const answer = await exchange(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${partner.token}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"invalid_query"')
  })
})
