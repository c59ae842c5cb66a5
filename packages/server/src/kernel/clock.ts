/**
 * The only source of time. Everything that depends on it is handed one, so that a test (and the emulator's test clock)
 * moves everyone's time at once.
 */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number
  /** Resolves when `now()` has reached `at`, or at once when `signal` aborts. Never rejects. */
  waitUntil(at: number, signal: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  waitUntil(at, signal) {
    const { promise, resolve } = Promise.withResolvers<void>()
    // A timer takes at most 2^31 - 1 ms; a longer one would fire at once. Waking early is harmless: callers look again.
    const timer = setTimeout(resolve, Math.min(Math.max(0, at - Date.now()), 2 ** 31 - 1))
    const onAbort = () => resolve()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) resolve()
    // A signal may live as long as the process: what waited must not stay on its list.
    return promise.finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    })
  },
}
