import { AppError } from '../kernel/app-error.ts'

/** Lets so many previews in, running and waiting together, and tells the others to come back. */
export interface PreviewGate {
  /** Raises `too_busy` when there is no room. */
  pass<Result>(preview: () => Promise<Result>): Promise<Result>
}

/** When somebody who was turned away may find room: previews take seconds mostly. */
const retryAfterSeconds = 5

/**
 * A queue without an end is a slow death: each in it waits for all before it, runs into its time limit, and is asked
 * again. Better to say so at once.
 */
export function createPreviewGate(limit: number): PreviewGate {
  let inside = 0
  return {
    async pass(preview) {
      if (inside >= limit) {
        const sentence = `${limit} test queries run or wait already; try again in ${retryAfterSeconds} seconds`
        throw new AppError('too_busy', { retryAfterSeconds, sentence })
      }
      inside += 1
      try {
        return await preview()
      } finally {
        inside -= 1
      }
    },
  }
}
