import { AppError } from '../kernel/app-error.ts'
import { secondMs, toWireTime } from '../kernel/hours.ts'
import type { MovableClock } from '../kernel/movable-clock.ts'
import type { Happening } from './happening.ts'
import type { Happenings } from './happenings.ts'

/** Work that falls due by the clock: executions, callbacks. */
export interface DueWork {
  nextDueAt(): Promise<number | undefined>
  /** Resolves when all that is due now has been done. */
  settled(): Promise<void>
}

export interface MoveClockDeps {
  readonly clock: MovableClock
  readonly work: readonly DueWork[]
  readonly happenings: Happenings
  /** Keeps how far ahead the clock is going to be, for the next start of the server. */
  readonly keepAhead: (aheadMs: number) => Promise<void>
}

export interface MovedClock {
  readonly fromAt: number
  readonly toAt: number
  readonly happenings: readonly Happening[]
  readonly counts: Readonly<Record<Happening['kind'], number>>
}

/** How many happenings an answer lists; all are counted. */
const listedHappenings = 1_000

/**
 * Moves a test clock forward, from one thing that falls due to the next: each has its own time while it happens, in
 * order, as it would have if nobody had hurried. What falls due meanwhile, retries included, happens too. Raises
 * `invalid_request` for an instant in the past: what has happened can't be undone.
 */
export async function moveClock(
  { clock, work, happenings, keepAhead }: MoveClockDeps,
  toAt: number,
  signal: AbortSignal,
): Promise<MovedClock> {
  const fromAt = clock.now()
  if (toAt < fromAt) {
    const sentence = `The clock moves forward only; it is ${toWireTime(fromAt)} already`
    throw new AppError('invalid_request', { sentence, field: 'MoveTo' })
  }
  // Kept first: when the server is killed on the way, the next one must not come before what has happened already. Runs
  // would bear times that are yet to come, and what was in hand would be held by a lease that ends then.
  const step = async (at: number): Promise<void> => {
    await keepAhead(clock.aheadMs + Math.max(0, at - clock.now()))
    clock.moveTo(at)
  }
  let ended: ReturnType<Happenings['end']>
  happenings.begin(listedHappenings)
  try {
    await settle(work)
    for (let at = await nextAt(clock, work); at <= toAt && !signal.aborted; at = await nextAt(clock, work)) {
      await step(at)
      await settle(work)
    }
    if (!signal.aborted) await step(toAt)
    await settle(work)
  } finally {
    ended = happenings.end()
  }
  return { fromAt, toAt: clock.now(), happenings: ended.kept, counts: ended.counts }
}

/** Callbacks follow from executions, so they settle after them. */
async function settle(work: readonly DueWork[]): Promise<void> {
  for (const one of work) await one.settled()
}

/** When something falls due next. What is due and can't be taken is another process's: its lease ends some time. */
async function nextAt(clock: MovableClock, work: readonly DueWork[]): Promise<number> {
  const dueAts = await Promise.all(work.map((one) => one.nextDueAt()))
  const dueAt = Math.min(...dueAts.map((at) => at ?? Number.POSITIVE_INFINITY))
  return dueAt > clock.now() ? dueAt : clock.now() + secondMs
}
