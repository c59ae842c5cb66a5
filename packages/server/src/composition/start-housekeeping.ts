import { startOutcomeKeeper } from '../access/tell-unknown-outcomes.ts'
import { startJanitor } from '../executions/janitor.ts'
import { hourMs, secondMs } from '../kernel/hours.ts'
import { createWhileNobodyIsAt } from '../while-nobody-is-at.ts'
import type { House } from './house.ts'

/** Starts what goes through the house every hour, as far as this process's roles go. Resolves when all of it has ended. */
export async function startHousekeeping(house: House): Promise<void> {
  await Promise.all([house.does('worker') && retain(house), house.does('api') && tellOutcomes(house)])
}

function retain({ settings, stores, blobs, clock, machineClock, events, stopping }: House): Promise<void> {
  return startJanitor(
    {
      strayLeases: stores.strayLeases,
      executions: stores.executions,
      reports: stores.reports,
      artifacts: stores.artifacts,
      blobs: blobs.store,
      clock,
      machineClock,
      keptDays: settings.retention.days,
      orphanAgeMs: settings.limits.exportTimeoutSeconds * secondMs + hourMs,
      onRound: (removed) => events.retained(removed),
      onError: (error) => events.workerError(error),
    },
    stopping,
  )
}

/** For those who change datasets and the clock, and have their folders. */
function tellOutcomes({ settings, log, stores, clock, machineClock, stopping }: House): Promise<void> {
  return startOutcomeKeeper(
    {
      audit: stores.audit,
      installation: stores.installation,
      clock,
      machineClock,
      whileNobodyIsAt: createWhileNobodyIsAt(settings),
      onError: (error) => log.error({ err: error }, 'the audit log could not be looked through'),
    },
    stopping,
  )
}
