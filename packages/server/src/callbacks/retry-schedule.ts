import { jittered } from '../kernel/backoff.ts'
import type { Random } from '../kernel/backoff.ts'
import { hourMs, minuteMs, secondMs } from '../kernel/hours.ts'
import type { DeliveryVerdict } from './delivery.ts'
import type { SendResult } from './send-request.ts'

/** The pause after the first, second, … failed attempt: ten attempts over some three days. */
export const retryPausesMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
]

/**
 * What follows an attempt that ended at `now`, after `failedBefore` failed ones (`docs/reference/compatibility.md`,
 * Callbacks). A redirect is a failure: following it would let the receiver choose a target that nobody has approved.
 */
export function verdictOn(result: SendResult, failedBefore: number, now: number, random: Random): DeliveryVerdict {
  if (result.kind === 'answered') {
    if (result.status >= 200 && result.status < 300) return { kind: 'delivered' }
    // Gone: the receiver says that it wants no more of this.
    if (result.status === 410) return { kind: 'failed' }
  }
  const pauseMs = retryPausesMs[failedBefore]
  return pauseMs === undefined ? { kind: 'failed' } : { kind: 'retry', dueAt: now + jittered(pauseMs, random) }
}
