import { createHmac } from 'node:crypto'

const secretPrefix = 'whsec_'

/** What is signed: the message's id, when this attempt is made (epoch seconds), and its bytes. */
export interface WebhookMessage {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
}

/**
 * The `webhook-signature` of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`. `secret` is `whsec_` and the
 * key in base64. The timestamp is signed so that a recorded callback can't be played back later.
 */
export function signWebhook(secret: string, message: WebhookMessage): string {
  const key = Buffer.from(secret.startsWith(secretPrefix) ? secret.slice(secretPrefix.length) : secret, 'base64')
  const signed = `${message.id}.${message.timestampSeconds}.${message.body}`
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
}
