import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../clock.ts'

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves on by `ms`, stopping at each instant that someone waits for, in order, so that nobody wakes late. */
  advance(ms: number): Promise<void>
  /** Moves to the instant `at`, like `advance`. An earlier instant turns the clock back and wakes nobody. */
  set(at: number): Promise<void>
  /** Is at `at` all at once, as a machine's clock that someone has set: who waits wakes late, by the next `advance`. */
  jump(at: number): void
  /** The instants that are waited for now, soonest first. */
  readonly waiting: readonly number[]
  /** Resolves when someone waits for the instant `at`: what works on disk or in an engine has come to rest. */
  waitedFor(at: number): Promise<void>
}

interface Waiter {
  readonly at: number
  readonly wake: () => void
}

/**
 * A clock for tests, starting at `startAt` (epoch milliseconds). After each step it lets promise work settle, a few
 * turns of the event loop and no sleeping. Work that waits for the disk, a socket or the engine may take longer: before
 * moving on, wait for its event, or by `waitedFor` until it sleeps.
 */
export function createFakeClock(startAt: number): FakeClock {
  let now = startAt
  const waiters = new Set<Waiter>()
  const watchers = new Set<Waiter>()
  const soonestFirst = () => [...waiters].sort((a, b) => a.at - b.at)

  async function moveTo(target: number): Promise<void> {
    await settle()
    for (;;) {
      const [next] = soonestFirst()
      if (next === undefined || next.at > target) break
      now = Math.max(now, next.at)
      next.wake()
      await settle()
    }
    now = target
    await settle()
  }

  return {
    now: () => now,
    waitUntil(at, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      if (at <= now || signal.aborted) {
        resolve()
        return promise
      }
      const waiter: Waiter = {
        at,
        wake() {
          waiters.delete(waiter)
          signal.removeEventListener('abort', waiter.wake)
          resolve()
        },
      }
      waiters.add(waiter)
      for (const watcher of watchers) if (watcher.at === at) watcher.wake()
      signal.addEventListener('abort', waiter.wake, { once: true })
      return promise
    },
    advance: (ms) => moveTo(now + ms),
    set: moveTo,
    jump(at) {
      now = at
    },
    get waiting() {
      return soonestFirst().map((waiter) => waiter.at)
    },
    waitedFor(at) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const watcher: Waiter = {
        at,
        wake() {
          watchers.delete(watcher)
          resolve()
        },
      }
      watchers.add(watcher)
      if (soonestFirst().some((waiter) => waiter.at === at)) watcher.wake()
      return promise
    },
  }
}

/** Enough turns of the event loop for a chain of promises, and for a look into an in-process database, to come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await setImmediate()
}
