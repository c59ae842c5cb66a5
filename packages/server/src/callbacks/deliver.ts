import type { Random } from '../kernel/backoff.ts'
import type { Clock } from '../kernel/clock.ts'
import { callbackRequest } from './callback-request.ts'
import type { DeliveryEvents } from './delivery-events.ts'
import type { DeliveryStore } from './delivery-store.ts'
import type { ClaimedDelivery, DeliveryAttempt, DeliveryVerdict } from './delivery.ts'
import { verdictOn } from './retry-schedule.ts'
import type { SendRequest, SendResult } from './send-request.ts'

export interface DeliverDeps {
  readonly deliveries: DeliveryStore
  /** The `whsec_…` of a client; undefined for one that has none. Asked at each attempt, so that a new secret counts. */
  readonly webhookSecretOf: (clientId: string) => Promise<string | undefined>
  /** What waits for a disabled account ends unsent. */
  readonly isAccountDisabled: (accountId: string) => Promise<boolean>
  readonly send: SendRequest
  readonly clock: Clock
  readonly random: Random
  readonly events: DeliveryEvents
}

/**
 * One attempt at a claimed delivery: sends it, and records what came of it and what follows. A delivery is made at
 * least once: who dies between the answer and the record leaves a lease that ends, and the next courier sends again.
 */
export async function deliver(deps: DeliverDeps, delivery: ClaimedDelivery): Promise<void> {
  const { clock, events } = deps
  const startedAt = clock.now()
  const isKeptOut = await deps.isAccountDisabled(delivery.accountId)
  const result = isKeptOut ? toNobody : await attemptOnce(deps, delivery, startedAt)
  const endedAt = clock.now()

  const verdict: DeliveryVerdict = isKeptOut
    ? { kind: 'failed' }
    : verdictOn(result, delivery.attempts, endedAt, deps.random)
  const attempt: DeliveryAttempt = {
    startedAt,
    durationMs: endedAt - startedAt,
    responseStatus: result.kind === 'answered' ? result.status : null,
    error: errorOf(result, verdict),
  }
  const recorded = await deps.deliveries.recordAttempt(delivery.id, delivery.lease.token, attempt, verdict)

  if (!recorded) events.callbackLeaseLost(delivery)
  else if (verdict.kind === 'delivered') events.callbackDelivered(delivery, attempt)
  else if (verdict.kind === 'retry') events.callbackRetried(delivery, attempt, verdict.dueAt)
  else events.callbackFailed(delivery, attempt)
}

const toNobody: SendResult = { kind: 'unanswered', error: 'The account is disabled: nothing was sent.' }

async function attemptOnce(deps: DeliverDeps, delivery: ClaimedDelivery, now: number): Promise<SendResult> {
  const secret = await deps.webhookSecretOf(delivery.clientId)
  if (!URL.canParse(delivery.url)) return { kind: 'unanswered', error: 'The callback URL is not a URL.' }
  return deps.send(callbackRequest(delivery, secret, now))
}

function errorOf(result: SendResult, verdict: DeliveryVerdict): string | null {
  if (verdict.kind === 'delivered') return null
  if (result.kind === 'unanswered') return result.error
  if (result.status === 410) return 'The receiver answered 410: it wants no more callbacks of this report.'
  if (result.status >= 300 && result.status < 400) {
    return `The receiver answered ${result.status}: redirects are not followed.`
  }
  return `The receiver answered ${result.status}.`
}
