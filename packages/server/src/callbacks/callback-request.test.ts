import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { callbackRequest } from './callback-request.ts'
import { aDelivery } from './testing/a-delivery.ts'

const secret = `whsec_${Buffer.from('a key of thirty-two bytes, no less').toString('base64')}`
// The published library compares with the machine's clock.
const now = Date.now()

describe('where it goes', () => {
  const cases: readonly ['POST' | 'GET', string, string][] = [
    ['POST', 'https://partner.example/callback', 'https://partner.example/callback/report-1'],
    ['POST', 'https://partner.example/callback/', 'https://partner.example/callback/report-1'],
    ['POST', 'https://partner.example/callback//', 'https://partner.example/callback/report-1'],
    ['POST', 'https://partner.example', 'https://partner.example/report-1'],
    ['POST', 'https://partner.example/fn?code=a%2Fb==', 'https://partner.example/fn/report-1?code=a%2Fb=='],
    ['POST', 'https://partner.example/fn#top', 'https://partner.example/fn/report-1'],
    ['GET', 'https://partner.example/callback', 'https://partner.example/callback?reportId=report-1'],
    ['GET', 'https://partner.example/callback/', 'https://partner.example/callback/?reportId=report-1'],
    ['GET', 'https://partner.example', 'https://partner.example/?reportId=report-1'],
    ['GET', 'https://partner.example/fn?', 'https://partner.example/fn?reportId=report-1'],
    ['GET', 'https://partner.example/fn?a=b%20c+d', 'https://partner.example/fn?a=b%20c+d&reportId=report-1'],
    ['GET', 'https://partner.example/fn?a=1&', 'https://partner.example/fn?a=1&reportId=report-1'],
    ['GET', 'https://partner.example/fn#top', 'https://partner.example/fn?reportId=report-1'],
  ]
  test.each(cases)('%s to %s asks %s', (method, url, expected) => {
    expect(callbackRequest(aDelivery({ method, url }), secret, now).url.href).toBe(expected)
  })

  test('an id that is no plain word stays one segment of the path, or one value of the query', () => {
    const reportId = 'a/b?c=d&e'
    const post = callbackRequest(aDelivery({ reportId }), secret, now)
    const get = callbackRequest(aDelivery({ reportId, method: 'GET' }), secret, now)
    expect(post.url.pathname).toBe('/callback/a%2Fb%3Fc%3Dd%26e')
    expect(get.url.searchParams.get('reportId')).toBe(reportId)
  })
})

describe('what it says', () => {
  test('a POST has the body as it was fixed, and says what it is', () => {
    const { headers, body } = callbackRequest(aDelivery({ body: '{"name":"Öffnung"}' }), secret, now)
    expect(body).toBe('{"name":"Öffnung"}')
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'content-length': '19' })
  })

  test('a GET has neither body nor content headers', () => {
    const { headers, body } = callbackRequest(aDelivery({ method: 'GET', body: '' }), secret, now)
    expect(body).toBe('')
    expect(Object.keys(headers).filter((name) => name.startsWith('content-'))).toEqual([])
  })
})

describe('the signature', () => {
  test.each([
    ['POST', '{"rows":3,"name":"Öffnung"}'],
    ['GET', ''],
  ] as const)('of a %s satisfies the published Standard Webhooks library', (method, body) => {
    const { headers } = callbackRequest(aDelivery({ method, body }), secret, now)
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow()
  })

  test('is the one that the library itself makes', () => {
    const delivery = aDelivery()
    const { headers } = callbackRequest(delivery, secret, now)
    expect(headers['webhook-signature']).toBe(new Webhook(secret).sign(delivery.id, new Date(now), delivery.body))
  })

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'body'])('covers the %s', (part) => {
    const delivery = aDelivery()
    const { headers } = callbackRequest(delivery, secret, now)
    const changed = { ...headers }
    if (part === 'webhook-id') changed[part] = 'delivery-2'
    if (part === 'webhook-timestamp') changed[part] = String(Math.floor(now / 1000) - 1)
    if (part === 'webhook-signature') changed[part] = 'v1,AAAA'
    const body = part === 'body' ? delivery.body.replace('completed', 'done') : delivery.body
    expect(() => new Webhook(secret).verify(body, changed)).toThrow(WebhookVerificationError)
  })

  test('another client’s secret does not verify it', () => {
    const delivery = aDelivery()
    const other = `whsec_${Buffer.from('another key of thirty-two bytes!').toString('base64')}`
    expect(() => new Webhook(other).verify(delivery.body, callbackRequest(delivery, secret, now).headers)).toThrow(
      WebhookVerificationError,
    )
  })

  test('is left out for a client without a secret; the id stays', () => {
    const { headers } = callbackRequest(aDelivery(), undefined, now)
    expect(headers['webhook-signature']).toBeUndefined()
    expect(headers['webhook-id']).toBe('delivery-1')
  })

  test('a later attempt has the same id and body, and a time of its own', () => {
    const first = callbackRequest(aDelivery(), secret, now)
    const second = callbackRequest(aDelivery({ attempts: 1 }), secret, now + 5_000)
    expect([second.headers['webhook-id'], second.body]).toEqual([first.headers['webhook-id'], first.body])
    expect(Number(second.headers['webhook-timestamp']) - Number(first.headers['webhook-timestamp'])).toBe(5)
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature'])
  })
})
