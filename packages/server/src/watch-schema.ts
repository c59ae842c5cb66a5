import type { Clock } from './kernel/clock.ts'
import { secondMs } from './kernel/hours.ts'
import type { Stores } from './stores/stores.ts'

const lookEveryMs = 5 * secondMs

/**
 * Resolves, in words, as soon as a newer Almanac has changed the schema in a way that this one can't work with. Until then
 * looks every five seconds, until `signal` aborts: then it never resolves.
 *
 * Such a process has to end. Statements that fail harm nobody; but what it writes where a newer one has ceased to read
 * would be lost in silence.
 */
export async function untilOutdated(
  { whyOutdated }: Pick<Stores, 'whyOutdated'>,
  machineClock: Clock,
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    await machineClock.waitUntil(machineClock.now() + lookEveryMs, signal)
    if (signal.aborted) return new Promise(() => {})
    // A database that is away for the moment is asked again.
    const why = await whyOutdated().catch(() => null)
    if (why !== null) return why
  }
}
