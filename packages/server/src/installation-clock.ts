import type { InstallationStore } from './access/installation-store.ts'
import type { Settings } from './config/settings.ts'
import { systemClock, type Clock } from './kernel/clock.ts'
import { createMovableClock, type MovableClock } from './kernel/movable-clock.ts'
import { openSharedClock } from './kernel/shared-clock.ts'
import type { Stores } from './stores/stores.ts'

/** The name under which an installation keeps how far its test clock is ahead. */
export const aheadName = 'clockAheadMs'

/**
 * The time that an installation goes by: its database server's where it has one, so that all its processes agree on when
 * a lease ends, and else the machine's.
 */
export async function openInstallationClock({ shared }: Pick<Stores, 'shared'>, signal: AbortSignal): Promise<Clock> {
  if (shared === null) return systemClock
  return openSharedClock({ askTime: () => shared.time(), monotonicMs: () => performance.now() }, signal)
}

/** The clock that an installation's own can be moved by; null where it goes by the machine's. */
export async function openTestClock(
  installation: InstallationStore,
  settings: Pick<Settings, 'clock'>,
  machineClock: Clock,
): Promise<MovableClock | null> {
  if (!settings.clock.movable) return null
  return createMovableClock(machineClock, Number(await installation.getOrSet(aheadName, '0')))
}

/** The time that stands in the audit log for what a command does: the installation's, also where that was moved. */
export async function openCommandClock(
  stores: Pick<Stores, 'shared' | 'installation'>,
  settings: Pick<Settings, 'clock'>,
  signal: AbortSignal,
): Promise<Clock> {
  const machineClock = await openInstallationClock(stores, signal)
  return (await openTestClock(stores.installation, settings, machineClock)) ?? machineClock
}
