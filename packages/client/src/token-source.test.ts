import { expect, test } from 'vitest'
import { envelopeOf, startAnswering } from '../test/answering-server.ts'
import { startService } from '../test/service.ts'
import { createClient } from './index.ts'

const bearers = (asked: readonly { readonly headers: Readonly<Record<string, unknown>> }[]) =>
  asked.map(({ headers }) => headers.authorization)

test('one token serves many calls, also those that start together', async () => {
  const service = await startService(() => ({ json: envelopeOf([]) }))
  await Promise.all(Array.from({ length: 10 }, () => service.client.datasets.list()))
  await service.client.datasets.list()
  expect(service.askedFor('/token')).toHaveLength(1)
  expect(new Set(bearers(service.askedFor('/ScheduledDataset')))).toEqual(new Set(['Bearer token-1']))
  const form = new URLSearchParams(service.askedFor('/token')[0]!.body)
  expect(Object.fromEntries(form)).toEqual({
    grant_type: 'client_credentials',
    client_id: 'id',
    client_secret: 'secret',
    resource: 'https://api.partnercenter.microsoft.com',
  })
})

test('a token is renewed a minute before it expires', async () => {
  const service = await startService(() => ({ json: envelopeOf([]) }))
  expect(await service.client.accessToken()).toBe('token-1')
  service.passTime(3_538_000)
  expect(await service.client.accessToken()).toBe('token-1')
  service.passTime(1_000)
  expect(await service.client.accessToken()).toBe('token-2')
})

test('a token that is refused is renewed once, and the call is sent again', async () => {
  const service = await startService(({ headers }) =>
    headers.authorization === 'Bearer token-1'
      ? { status: 401, json: envelopeOf([], { message: 'Unauthorized', statusCode: 401 }) }
      : { json: envelopeOf([{ datasetName: 'ISVUsage' }]) },
  )
  expect(await service.client.datasets.list()).toEqual([{ datasetName: 'ISVUsage' }])
  expect(bearers(service.askedFor('/ScheduledDataset'))).toEqual(['Bearer token-1', 'Bearer token-2'])
})

test('calls that are refused together renew the token once', async () => {
  const service = await startService(({ headers }) =>
    headers.authorization === 'Bearer token-1' ? { status: 401, json: {} } : { json: envelopeOf([]) },
  )
  await Promise.all(Array.from({ length: 8 }, () => service.client.datasets.list()))
  expect(service.askedFor('/token')).toHaveLength(2)
})

test('a second refusal is an error, not a loop', async () => {
  const service = await startService(() => ({
    status: 401,
    headers: { 'x-request-id': 'request-7' },
    json: envelopeOf([], { message: 'Unauthorized', statusCode: 401, error: { code: 'unauthorized', details: [] } }),
  }))
  await expect(service.client.datasets.list()).rejects.toMatchObject({
    name: 'AlmanacError',
    status: 401,
    code: 'unauthorized',
    message: 'Unauthorized',
    requestId: 'request-7',
  })
  expect(service.askedFor('/ScheduledDataset')).toHaveLength(2)
})

test("the token endpoint's refusal is told in its words, and the next call asks again", async () => {
  let refuse = true
  const server = await startAnswering(({ path }) => {
    if (!path.endsWith('/token')) return { json: envelopeOf([]) }
    return refuse
      ? {
          status: 401,
          json: { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' },
        }
      : { json: { access_token: 'good', expires_in: 3599 } }
  })
  const client = createClient({
    baseUrl: `${server.url}/insights/v1.1/cmp/`,
    tokenUrl: `${server.url}/tenant/oauth2/v2.0/token`,
    clientId: 'id',
    clientSecret: 'wrong',
    resource: 'https://reports.example.com',
  })
  await expect(client.datasets.list()).rejects.toMatchObject({
    status: 401,
    code: 'invalid_client',
    message: 'AADSTS7000215: Invalid client secret provided.',
  })
  refuse = false
  expect(await client.datasets.list()).toEqual([])
  // The v2.0 endpoint is asked with a scope.
  const form = new URLSearchParams(server.asked[0]!.body)
  expect([form.get('scope'), form.get('resource')]).toEqual(['https://reports.example.com/.default', null])
})

test('a token of unknown lifetime is used once', async () => {
  let tokens = 0
  const server = await startAnswering(({ path }) => {
    if (!path.endsWith('/token')) return { json: envelopeOf([]) }
    tokens += 1
    return { json: { access_token: `token-${tokens}` } }
  })
  const client = createClient({
    baseUrl: server.url,
    tokenUrl: `${server.url}/token`,
    clientId: 'i',
    clientSecret: 's',
  })
  expect(await client.accessToken()).toBe('token-1')
  expect(await client.accessToken()).toBe('token-2')
})

test('tokens may come from a function; one that gives the refused token again is not asked for ever', async () => {
  const server = await startAnswering(() => ({ status: 401, json: {} }))
  let asked = 0
  const client = createClient({
    baseUrl: server.url,
    accessToken: () => {
      asked += 1
      return 'mine'
    },
  })
  await expect(client.datasets.list()).rejects.toMatchObject({ status: 401 })
  expect([asked, server.asked.length]).toEqual([2, 1])
  expect(bearers(server.asked)).toEqual(['Bearer mine'])
})

test('who gives up waiting for a token gets the reason, and the others their token', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const server = await startAnswering(() => ({
    headers: { 'content-type': 'application/json' },
    write: (response) => void released.then(() => response.end('{"access_token":"slow","expires_in":3599}')),
  }))
  const client = createClient({
    baseUrl: server.url,
    tokenUrl: `${server.url}/token`,
    clientId: 'i',
    clientSecret: 's',
  })
  const patient = client.accessToken()
  const impatient = new AbortController()
  const given = client.accessToken(impatient.signal)
  impatient.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  release()
  expect(await patient).toBe('slow')
})
