import { setTimeout } from 'node:timers/promises'
import { isBusy } from './sqlite-error.ts'

// 1 + 2 + 4 + 8 + 16 ms, then 20 ms each time: five seconds in all. A writer is done in well under a millisecond, so
// only one that hangs is waited for to the end.
const patience: readonly number[] = [1, 2, 4, 8, 16, ...Array.from({ length: 248 }, () => 20)]

/**
 * Runs `work`, again after a pause while another connection holds what it needs; throws SQLite's own error when that
 * lasts longer than all pauses. A statement that was refused so has done nothing. (SQLite can wait by itself, but it blocks the
 * thread: the event loop stands still, and two connections in one process wait for each other until they give up.)
 */
export async function untilFree<Result>(work: () => Result, pausesMs = patience): Promise<Result> {
  for (const pauseMs of pausesMs) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    await setTimeout(pauseMs)
  }
  return work()
}
