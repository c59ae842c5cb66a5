import { jittered } from './backoff.ts'
import type { Random } from './backoff.ts'
import type { Clock } from './clock.ts'
import { minuteMs, secondMs } from './hours.ts'

export interface DueLoopParts<Work> {
  readonly clock: Clock
  readonly random: Random
  /** How many pieces of work may be in hand at once. */
  readonly slots: number
  /** The longest time between two looks: other processes add work too, and don't wake this one. */
  readonly lookEveryMs: number
  /** Takes one piece of due work under a lease; undefined when nothing can be taken now. */
  claim(): Promise<Work | undefined>
  /** Does the work and records how it ended. Told by `signal` to give it back, when it can. */
  handle(work: Work, signal: AbortSignal): Promise<void>
  /** The next instant at which something may be claimable; undefined when nothing waits. */
  nextDueAt(): Promise<number | undefined>
  /** Hears of what `claim`, `handle` and `nextDueAt` threw. The loop goes on; unrecorded work is found by its lease. */
  onError(error: unknown): void
}

export interface DueLoop {
  /** Looks at once: there may be something due. */
  wake(): void
  /** Looks at once, and resolves when nothing is left that could be claimed now and nothing is in hand. */
  settled(): Promise<void>
  /** Resolves when the loop has been told to stop and nothing is in hand any more. Never rejects. */
  readonly stopped: Promise<void>
}

/** The pause after the first error in a row; it doubles with each. */
const firstErrorPauseMs = secondMs
const longestErrorPauseMs = minuteMs / 2
/** The pause when something is due that nobody may take yet (a report's next run while the one before still runs). */
const blockedPauseMs = secondMs

/**
 * Runs due work until `signal` aborts: claims until nothing is due or all slots are taken, then sleeps until the next
 * piece falls due. One look when idle is one indexed question to the store, so any number of schedules costs nothing.
 *
 *   look → claim, claim, … → all slots taken, or nothing due → sleep (next due | look interval | wake) → look
 *     └── error → growing pause ──────────────────────────────────────────────────────────────────┘
 */
export function startDueLoop<Work>(parts: DueLoopParts<Work>, signal: AbortSignal): DueLoop {
  const { clock } = parts
  const inHand = new Set<Promise<void>>()
  let awaitingRest: (() => void)[] = []
  let sleep = new AbortController()
  const wake = () => sleep.abort()
  signal.addEventListener('abort', wake, { once: true })

  async function run(): Promise<void> {
    let errorsInARow = 0
    while (!signal.aborted) {
      // Made before the look, not before the sleep: a wake that comes while we look still ends the sleep that follows.
      sleep = new AbortController()
      try {
        const lookedAt = clock.now()
        const atRest = await claimAll()
        if (atRest) tellRest()
        const wakeAt = await nextLookAt(lookedAt)
        errorsInARow = 0
        await clock.waitUntil(wakeAt, sleep.signal)
      } catch (error) {
        parts.onError(error)
        const pauseMs = Math.min(firstErrorPauseMs * 2 ** errorsInARow, longestErrorPauseMs)
        errorsInARow += 1
        // Not ended by `wake`: a store in trouble is not helped by one more question for each request that comes in.
        await clock.waitUntil(clock.now() + jittered(pauseMs, parts.random), signal)
      }
    }
    signal.removeEventListener('abort', wake)
    await Promise.all(inHand)
    tellRest()
  }

  /** Whether there is nothing to claim now, and nothing in hand. */
  async function claimAll(): Promise<boolean> {
    while (inHand.size < parts.slots && !signal.aborted) {
      const work = await parts.claim()
      if (work === undefined) return inHand.size === 0
      take(work)
    }
    return false
  }

  function tellRest(): void {
    const told = awaitingRest
    awaitingRest = []
    for (const tell of told) tell()
  }

  function settled(): Promise<void> {
    if (signal.aborted && inHand.size === 0) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    awaitingRest.push(resolve)
    wake()
    return promise
  }

  function take(work: Work): void {
    const handling = parts
      .handle(work, signal)
      .catch((error: unknown) => parts.onError(error))
      .finally(() => {
        inHand.delete(handling)
        // A slot is free, and what this piece of work held back may be claimable now.
        wake()
      })
    inHand.add(handling)
  }

  async function nextLookAt(lookedAt: number): Promise<number> {
    const latest = clock.now() + parts.lookEveryMs
    if (inHand.size >= parts.slots) return latest
    const dueAt = await parts.nextDueAt()
    if (dueAt === undefined) return latest
    const soonest = dueAt > lookedAt ? dueAt : clock.now() + blockedPauseMs
    return Math.min(soonest, latest)
  }

  return { wake, settled, stopped: run() }
}
