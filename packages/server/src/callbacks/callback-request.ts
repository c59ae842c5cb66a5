import { secondMs } from '../kernel/hours.ts'
import type { CallbackDelivery } from './delivery.ts'
import { signWebhook } from './sign-webhook.ts'

/** One outgoing request, ready to be sent. */
export interface CallbackRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * The request of one attempt made at `now`. The id stays the same over all attempts of a delivery, so that a receiver
 * can drop what it has seen. `secret` is the `whsec_…` of the client that made the report; without one (a client that
 * an outside issuer vouches for) the request goes out unsigned. Throws a `TypeError` when the URL can't be read.
 */
export function callbackRequest(delivery: CallbackDelivery, secret: string | undefined, now: number): CallbackRequest {
  const { id, method, body } = delivery
  const timestampSeconds = Math.floor(now / secondMs)
  return {
    method,
    url: callbackUrl(delivery),
    headers: {
      'user-agent': 'Almanac',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      ...(secret === undefined ? {} : { 'webhook-signature': signWebhook(secret, { id, timestampSeconds, body }) }),
      ...(method === 'POST'
        ? { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) }
        : {}),
    },
    body,
  }
}

/**
 * POST: `<url>/<reportId>`. GET: `<url>?reportId=<reportId>`. A slash at the end makes no second one, and a query that
 * is already there stays as it was written: it may hold a key that its owner's server compares byte by byte.
 */
function callbackUrl(delivery: CallbackDelivery): URL {
  const url = new URL(delivery.url)
  const reportId = encodeURIComponent(delivery.reportId)
  url.hash = ''
  if (delivery.method === 'POST') {
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/${reportId}`
  } else {
    const joint = url.search === '' || url.search.endsWith('&') ? '' : '&'
    url.search = `${url.search}${joint}reportId=${reportId}`
  }
  return url
}
