import type { Sleep } from './wait-for-execution.ts'

/** The platform's timer. */
export const sleep: Sleep = (ms, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(signal?.reason as Error)
  const timer = setTimeout(resolve, ms)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  return promise.finally(() => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  })
}
