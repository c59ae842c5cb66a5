import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, tenantId, type TestApp, type TestClient } from './testing/open-app.ts'

let house: TestApp
let client: TestClient
beforeAll(async () => {
  house = await openApp({ allowedOrigins: ['https://console.example.com', 'http://localhost:5173'] })
  client = await house.addClient('contoso', ['Reports.ReadWrite'])
})
afterAll(() => house.close())

const reports = '/insights/v1.1/cmp/ScheduledReport'
const closed = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
}

describe('every answer', () => {
  test.each([
    ['a list', reports],
    ['a refusal', `${reports}?$top=x`],
    ['nothing', '/nowhere'],
    ['an address that can’t be read', '/insights/v1/%zz/ScheduledDataset'],
    ['a link that is none', '/download/a/b.csv?signature=s'],
    ['health', '/health'],
    ['the key set', `/${tenantId}/discovery/keys`],
  ])('tells browsers to keep nothing, run nothing and frame nothing: %s', async (_name, url) => {
    const answer = await client.ask('GET', url)
    expect(answer.headers).toMatchObject({
      ...closed,
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })

  test('Swagger’s page runs its own scripts and nobody else’s, and stands in no frame', async () => {
    const { headers } = await house.app.inject({ url: '/insights/v1.1/cmp/swagger/index.html' })
    expect(headers).toMatchObject({ ...closed, 'cache-control': 'public, max-age=3600' })
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'self'; /)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/script-src|unsafe-eval|\*/)
  })

  test('without https nothing is said of it', async () => {
    const plain = await openApp({ publicUrl: () => 'http://127.0.0.1:8080' })
    expect((await plain.app.inject({ url: '/health' })).headers).not.toHaveProperty('strict-transport-security')
    await plain.close()
  })
})

describe('a page of another origin', () => {
  const from = (origin: string, headers: Readonly<Record<string, string>> = {}) =>
    house.app.inject({ url: reports, headers: { authorization: `Bearer ${client.token}`, origin, ...headers } })
  const preflight = (origin: string, method = 'PUT') =>
    house.app.inject({
      method: 'OPTIONS',
      url: `${reports}/some-id`,
      headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'authorization' },
    })

  test('that is named may call and read', async () => {
    const answer = await from('https://console.example.com')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://console.example.com',
      vary: 'Origin',
    })
    expect(answer.headers['access-control-expose-headers']).toContain('x-request-id')
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
    const asked = await preflight('http://localhost:5173')
    expect(asked.statusCode).toBe(204)
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173',
      'access-control-allow-methods': expect.stringContaining('PUT'),
      'access-control-allow-headers': expect.stringContaining('authorization'),
    })
  })

  test('reads the errors too', async () => {
    const answer = await house.app.inject({ url: reports, headers: { origin: 'https://console.example.com' } })
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([
      401,
      'https://console.example.com',
    ])
  })

  test.each([
    'https://evil.example',
    'https://console.example.com.evil.example',
    'http://console.example.com',
    'https://console.example.com:444',
    'null',
    '*',
    'https://CONSOLE.example.com',
  ])('that is not named gets nothing: %s', async (origin) => {
    for (const answer of [await from(origin), await preflight(origin)]) {
      const told = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))
      expect(told).toEqual([])
      expect(answer.headers['vary']).toBe('Origin')
    }
    expect((await preflight(origin)).statusCode).toBe(405)
  })

  test('gets nothing at all where no origin is named', async () => {
    const plain = await openApp()
    const headers = { origin: 'https://console.example.com', 'access-control-request-method': 'GET' }
    const answer = await plain.app.inject({ method: 'OPTIONS', url: reports, headers })
    expect(answer.statusCode).toBe(405)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual(
      [],
    )
    await plain.close()
  })
})
