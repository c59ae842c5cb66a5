import type { Clock } from './clock.ts'

/** A clock that runs like another one, some time ahead of it. */
export interface MovableClock extends Clock {
  /** How far ahead, in milliseconds. */
  readonly aheadMs: number
  /** Moves to `at`; whoever waits for an instant up to it wakes. An instant that has passed already changes nothing. */
  moveTo(at: number): void
}

/** A clock `aheadMs` ahead of `base`, to be moved further. For emulators: nothing else may change what time it is. */
export function createMovableClock(base: Clock, aheadMs: number): MovableClock {
  let ahead = aheadMs
  let moved = new AbortController()

  const now = (): number => base.now() + ahead
  return {
    now,
    get aheadMs() {
      return ahead
    },
    moveTo(at) {
      if (at <= now()) return
      ahead = at - base.now()
      const before = moved
      moved = new AbortController()
      before.abort()
    },
    async waitUntil(at, signal) {
      // A move changes how long there is to wait on the base; the machine's clock may also wake early.
      while (now() < at && !signal.aborted) {
        await base.waitUntil(at - ahead, AbortSignal.any([signal, moved.signal]))
      }
    },
  }
}
