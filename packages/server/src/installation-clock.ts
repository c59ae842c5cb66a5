import type { InstallationStore } from './access/installation-store.ts'
import type { Settings } from './config/settings.ts'
import type { Clock } from './kernel/clock.ts'
import { createMovableClock, type MovableClock } from './kernel/movable-clock.ts'

/** The name under which an installation keeps how far its test clock is ahead. */
export const aheadName = 'clockAheadMs'

/** The clock that an installation's own can be moved by; null where it goes by the machine's. */
export async function openTestClock(
  installation: InstallationStore,
  settings: Pick<Settings, 'clock'>,
  machineClock: Clock,
): Promise<MovableClock | null> {
  if (!settings.clock.movable) return null
  return createMovableClock(machineClock, Number(await installation.getOrSet(aheadName, '0')))
}
