import type { Clock } from '../../kernel/clock.ts'
import { minuteMs, secondMs } from '../../kernel/hours.ts'

/** Where somebody stands after a request. */
export interface QuotaStanding {
  readonly isWithin: boolean
  /** Requests that may follow at once. */
  readonly remaining: number
  /** Whole seconds until the whole quota is there again. */
  readonly resetSeconds: number
  /** Whole seconds until one more request is taken; 0 when it is taken now. */
  readonly retryAfterSeconds: number
}

/** Counts the requests of everybody who is told apart by a key. */
export interface RequestQuota {
  readonly perMinute: number
  /** Counts a request of `key`; one that is refused costs nothing. */
  take(key: string): QuotaStanding
}

/**
 * A token bucket for each key: it holds `perMinute` requests and fills up evenly within a minute. Kept is one number for
 * a key, the instant at which its bucket will be full again ("generic cell rate algorithm"); a bucket that is full needs
 * none. Memory is bounded by `mostKeys`: beyond it, who was silent longest begins anew.
 */
export function createRequestQuota(clock: Clock, perMinute: number, mostKeys: number): RequestQuota {
  const costMs = minuteMs / perMinute
  // Instants are counted from here: of epoch milliseconds a double keeps too few places for fractions to add up.
  const originAt = clock.now()
  // In the order in which they were seen last: a Map keeps the order of insertion.
  const fullAt = new Map<string, number>()
  let newest: string | null = null
  return {
    perMinute,
    take(key) {
      const now = clock.now() - originAt
      // A clock that was set back would otherwise keep a bucket empty for as long as it was set back.
      const before = Math.min(Math.max(fullAt.get(key) ?? now, now), now + minuteMs)
      const after = before + costMs
      const isWithin = after - now <= minuteMs + roundingMs
      // The one that is last already stays there: moving the only entry of a map makes a new map each time.
      if (key !== newest) fullAt.delete(key)
      newest = key
      fullAt.set(key, isWithin ? after : before)
      if (fullAt.size > mostKeys) forgetOldest(fullAt)
      const waitMs = (isWithin ? after : before) - now
      return {
        isWithin,
        remaining: isWithin ? Math.floor((minuteMs + roundingMs - waitMs) / costMs) : 0,
        resetSeconds: Math.ceil((waitMs - roundingMs) / secondMs),
        retryAfterSeconds: isWithin ? 0 : Math.ceil((after - now - minuteMs - roundingMs) / secondMs),
      }
    },
  }
}

// What adding up fractions of a millisecond may be off by.
const roundingMs = 1e-3

function forgetOldest(keys: Map<string, number>): void {
  const oldest = keys.keys().next()
  if (oldest.done !== true) keys.delete(oldest.value)
}
