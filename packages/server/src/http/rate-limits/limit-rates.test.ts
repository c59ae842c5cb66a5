import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secondMs } from '../../kernel/hours.ts'
import { openApp, tenantId, type TestApp, type TestClient } from '../testing/open-app.ts'

const datasets = '/insights/v1.1/cmp/ScheduledDataset'

let house: TestApp
let mine: TestClient
let other: TestClient
beforeAll(async () => {
  const plain = await openApp()
  const { limits } = plain.deps
  await plain.close()
  house = await openApp({ limits: { ...limits, requestsPerMinutePerClient: 3, requestsPerMinutePerAddress: 6 } })
  mine = await house.addClient('contoso', ['Reports.Read'])
  other = await house.addClient('contoso', ['Reports.Read'])
})
afterAll(() => house.close())

const ask = (client: TestClient | null, remoteAddress: string, url = datasets, headers: Record<string, string> = {}) =>
  house.app.inject({
    url,
    remoteAddress,
    headers: { ...headers, ...(client === null ? {} : { authorization: `Bearer ${client.token}` }) },
  })

/** Lets every bucket fill up. */
const rest = () => house.clock.advance(60 * secondMs)

describe('where rates are limited', () => {
  test('each answer says where its caller stands, errors too', async () => {
    await rest()
    const first = await ask(mine, '203.0.113.1')
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"address";q=6;w=60, "client";q=3;w=60',
      ratelimit: '"address";r=5;t=10, "client";r=2;t=20',
    })
    const nowhere = await ask(mine, '203.0.113.1', '/nowhere')
    expect([nowhere.statusCode, nowhere.headers['ratelimit']]).toEqual([404, '"address";r=4;t=20'])
    const refused = await ask(mine, '203.0.113.1', '/insights/v1.1/cmp/ScheduledReport?$top=x')
    expect([refused.statusCode, refused.headers['ratelimit']]).toEqual([400, '"address";r=3;t=30, "client";r=1;t=40'])
  })

  test('one client too many times is 429 in the envelope from any address, and another client is not', async () => {
    await rest()
    const addresses = ['203.0.113.1', '203.0.113.2', '2001:db8::1', '203.0.113.4']
    const answers = []
    for (const address of addresses) answers.push(await ask(mine, address))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429])
    expect(answers[3]?.headers).toMatchObject({
      'retry-after': '20',
      ratelimit: '"address";r=5;t=10, "client";r=0;t=60',
    })
    expect(answers[3]?.json()).toMatchObject({
      value: [],
      statusCode: 429,
      message: 'Too many requests. One client may send 3 requests a minute; try again in 20 s.',
      error: { code: 'rate_limited' },
    })
    expect((await ask(other, '203.0.113.1')).statusCode).toBe(200)
    await house.clock.advance(20 * secondMs)
    expect((await ask(mine, '203.0.113.1')).statusCode).toBe(200)
  })

  test('one address too many times is 429 whoever asks, before a token is looked at', async () => {
    await rest()
    const guesses = []
    for (let guess = 0; guess < 7; guess += 1)
      guesses.push(await ask(null, '2001:db8:1:1::5', datasets, { authorization: `Bearer guess-${guess}` }))
    expect(guesses.map(({ statusCode }) => statusCode)).toEqual([401, 401, 401, 401, 401, 401, 429])
    // Another address of the same /64 is the same caller, one of the next is not.
    expect((await ask(mine, '2001:db8:1:1:ffff::9')).statusCode).toBe(429)
    expect((await ask(mine, '2001:db8:1:2::5')).statusCode).toBe(200)
  })

  test('the token endpoint says it as OAuth does', async () => {
    await rest()
    const sign = () =>
      house.app.inject({ method: 'POST', url: `/${tenantId}/oauth2/token`, remoteAddress: '203.0.113.9', payload: {} })
    for (let request = 0; request < 6; request += 1) expect((await sign()).statusCode).not.toBe(429)
    const answer = await sign()
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '10'])
    expect(answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
  })

  test('health is asked as often as one likes', async () => {
    for (let request = 0; request < 10; request += 1)
      expect((await ask(null, '203.0.113.20', '/health')).statusCode).toBe(200)
  })

  test('what somebody says of itself in X-Forwarded-For makes no other address', async () => {
    await rest()
    const statuses = []
    for (let request = 0; request < 7; request += 1)
      statuses.push(
        (await ask(null, '203.0.113.30', '/nowhere', { 'x-forwarded-for': `198.51.100.${request}` })).statusCode,
      )
    expect(statuses).toEqual([404, 404, 404, 404, 404, 404, 429])
  })
})

test('without limits nothing is said of them', async () => {
  const open = await openApp()
  const client = await open.addClient('contoso', ['Reports.Read'])
  const answer = await client.ask('GET', datasets)
  expect([answer.headers['ratelimit'], answer.headers['ratelimit-policy']]).toEqual([undefined, undefined])
  await open.close()
})
