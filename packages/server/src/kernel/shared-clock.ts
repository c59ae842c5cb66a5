import { systemClock, type Clock } from './clock.ts'
import { secondMs } from './hours.ts'

export interface SharedClockDeps {
  /** What time it is where all processes ask, in epoch milliseconds. */
  readonly askTime: () => Promise<number>
  /** Milliseconds of a clock that nobody sets, from any beginning. */
  readonly monotonicMs: () => number
}

// Crystals differ by some ten millionths: half a millisecond in this time.
const askEveryMs = 5 * secondMs
const firstAsks = 3

interface Reading {
  readonly time: number
  /** By the monotonic clock: half way between asking and hearing. */
  readonly readAtMs: number
  /** Half the time that the answer took: by so much at most it is wrong. */
  readonly doubtMs: number
}

/**
 * The time of a place that all processes of an installation share (its database), so that they agree on when a lease ends,
 * however their machines' clocks differ. Between two answers it goes on by a clock that nobody sets: a machine whose own
 * is put right, or wrong, meanwhile changes nothing. While the place is away it goes on by itself.
 *
 * Rejects when the first answers don't come. Asks until `signal` aborts.
 */
export async function openSharedClock(deps: SharedClockDeps, signal: AbortSignal): Promise<Clock> {
  const { monotonicMs } = deps
  let reading = await read(deps)
  for (let asked = 1; asked < firstAsks; asked += 1) reading = better(reading, await read(deps))

  const now = (): number => Math.floor(timeAt(reading, monotonicMs()))
  void keepRight()
  return {
    now,
    async waitUntil(at, waitSignal) {
      // A timer counts by the machine; what it misses is waited for again.
      while (now() < at && !waitSignal.aborted) {
        await systemClock.waitUntil(systemClock.now() + (at - now()), waitSignal)
      }
    },
  }

  async function keepRight(): Promise<void> {
    for (;;) {
      await systemClock.waitUntil(systemClock.now() + askEveryMs, signal)
      if (signal.aborted) return
      try {
        reading = better(reading, await read(deps))
      } catch {
        // Whoever needs the place hears of it; the clock can wait.
      }
    }
  }
}

async function read({ askTime, monotonicMs }: SharedClockDeps): Promise<Reading> {
  const askedAtMs = monotonicMs()
  const time = await askTime()
  const heardAtMs = monotonicMs()
  return { time, readAtMs: (askedAtMs + heardAtMs) / 2, doubtMs: (heardAtMs - askedAtMs) / 2 }
}

function timeAt({ time, readAtMs }: Reading, atMs: number): number {
  return time + (atMs - readAtMs)
}

/** An answer that took long says little; but when even its doubt leaves no room for the one before, that one is wrong. */
function better(before: Reading, next: Reading): Reading {
  const apartMs = Math.abs(timeAt(before, next.readAtMs) - next.time)
  return next.doubtMs <= before.doubtMs || apartMs > next.doubtMs ? next : before
}
