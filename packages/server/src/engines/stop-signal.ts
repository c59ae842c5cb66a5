import { EngineError } from '../datasets/query-engine.ts'
import { describeFailure } from './describe-failure.ts'

/** Aborts when a query's time is over or when one of its callers calls it off; the reason is an `EngineError`. */
export interface StopSignal {
  readonly signal: AbortSignal
  /** Lets go of the timer and of signals that live longer than the query. */
  release(): void
}

/** `cancelled` when one of `signals` aborts, `timeout` after `timeLimitMs`. */
export function createStopSignal(timeLimitMs: number, signals: readonly AbortSignal[]): StopSignal {
  const controller = new AbortController()
  const stop = (code: 'timeout' | 'cancelled') => controller.abort(new EngineError(code, describeFailure(code)))
  const cancel = () => stop('cancelled')
  const timer = setTimeout(() => stop('timeout'), timeLimitMs)
  for (const signal of signals) {
    signal.addEventListener('abort', cancel)
    if (signal.aborted) cancel()
  }
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', cancel)
    },
  }
}
