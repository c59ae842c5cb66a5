import type { Clock } from '../kernel/clock.ts'
import { dayMs, minuteMs, secondMs } from '../kernel/hours.ts'
import { OAuthError } from './oauth-error.ts'

/** Slows down who fails to prove itself, by client and by address. */
export interface LoginGuard {
  /** Begins an attempt of whoever says to be `clientId`, from `network`. Raises `too_many_failures`. */
  begin(clientId: string, network: string): LoginAttempt
}

export interface LoginAttempt {
  succeeded(): void
  failed(): void
}

/** How failures of one kind of place add up. */
interface Pace {
  /** So many cost nothing: people mistype, and a deployment with an old secret has several instances. */
  readonly freeFailures: number
  /** The pause after the next failure; each further one doubles it. */
  readonly firstPauseMs: number
  readonly longestPauseMs: number
}

// A client at one address is the narrowest place: whoever is slowed here is slowed by its own failures alone.
const clientAtAddress: Pace = { freeFailures: 5, firstPauseMs: secondMs, longestPauseMs: minuteMs }
// One address tries many clients. Others share it behind a proxy or a NAT: they wait seconds, never minutes.
const wholeAddress: Pace = { freeFailures: 20, firstPauseMs: secondMs, longestPauseMs: 5 * secondMs }
// Many addresses try one client. Anybody can do that to it, so the pause must not become a lock.
const wholeClient: Pace = { freeFailures: 50, firstPauseMs: secondMs, longestPauseMs: 2 * secondMs }

// Failures are forgotten when none has come for so long.
const forgetAfterMs = 15 * minuteMs
// A client that proved itself from an address lately waits there for nobody's failures but its own.
const trustForMs = dayMs

interface Failures {
  readonly count: number
  readonly lastAt: number
  /** From the last one on. */
  readonly pauseMs: number
}

/** `capacity` bounds the memory: so many places of each kind are remembered, those that failed last. */
export function createLoginGuard(clock: Clock, capacity = 10_000): LoginGuard {
  const pairs = createPlaces(clientAtAddress, capacity)
  const addresses = createPlaces(wholeAddress, capacity)
  const clients = createPlaces(wholeClient, capacity)
  const trusted = new Map<string, number>()

  return {
    begin(clientId, network) {
      // Client ids come from whoever asks, of any length; ours are shorter.
      const client = clientId.slice(0, 100)
      const pair = `${network} ${client}`
      const now = clock.now()
      const trustedAt = trusted.get(pair)
      const isTrusted = trustedAt !== undefined && Math.abs(now - trustedAt) < trustForMs
      const pauseMs = Math.max(
        pairs.pauseMs(pair, now),
        isTrusted ? 0 : addresses.pauseMs(network, now),
        isTrusted ? 0 : clients.pauseMs(client, now),
      )
      if (pauseMs > 0) throw new OAuthError('too_many_failures', { retryAfterSeconds: Math.ceil(pauseMs / secondMs) })
      return {
        succeeded() {
          pairs.forget(pair)
          remember(trusted, pair, clock.now(), capacity)
        },
        failed() {
          const at = clock.now()
          pairs.add(pair, at)
          addresses.add(network, at)
          clients.add(client, at)
        },
      }
    },
  }
}

function createPlaces(pace: Pace, capacity: number) {
  const places = new Map<string, Failures>()

  return {
    /** How long whoever comes from there has to wait yet. */
    pauseMs(place: string, now: number): number {
      const failures = places.get(place)
      if (failures === undefined) return 0
      // A clock that was turned back must not make a pause of seconds one of hours.
      return Math.min(failures.lastAt + failures.pauseMs - now, failures.pauseMs)
    },
    add(place: string, now: number): void {
      const before = places.get(place)
      const fresh = before === undefined || Math.abs(now - before.lastAt) > forgetAfterMs
      const count = fresh ? 1 : before.count + 1
      const doublings = Math.min(count - pace.freeFailures - 1, 20)
      const pauseMs = doublings < 0 ? 0 : Math.min(pace.firstPauseMs * 2 ** doublings, pace.longestPauseMs)
      remember(places, place, { count, lastAt: now, pauseMs }, capacity)
    },
    forget(place: string): void {
      places.delete(place)
    },
  }
}

/** Puts a value at the end of a map that keeps the order of insertion; what was put longest ago makes room. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value, capacity: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > capacity && oldest !== undefined) map.delete(oldest)
}
