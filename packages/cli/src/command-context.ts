import type { Output } from './output.ts'

/** What commands need of the world. */
export interface CommandContext {
  readonly output: Output
  /** Milliseconds, for how long things take and how often they are shown. */
  readonly now: () => number
  /** Aborts at Ctrl-C. Asking for it takes Ctrl-C over: who asks has to end by it. */
  readonly interruption: () => AbortSignal
  /** Sets the exit code of a command that ends well but not with 0. */
  readonly exitWith: (code: number) => void
}
