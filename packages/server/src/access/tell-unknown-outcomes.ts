import { serverItself, type AuditDetail } from '../kernel/audit-entry.ts'
import type { Clock } from '../kernel/clock.ts'
import { hourMs } from '../kernel/hours.ts'
import type { AuditLog } from './audit-log.ts'
import type { InstallationStore } from './installation-store.ts'
import { readAudit } from './read-audit.ts'
import { deeds, unfinishedDeeds, type BegunDeed } from './unfinished-deeds.ts'

/**
 * Does `work` while nobody can be at a deed, or at another to the same object, and keeps everybody from it meanwhile:
 * who was has ended, or died. `work` is given what can be said of the object now. False: somebody is at it.
 */
export type WhileNobodyIsAt = (deed: BegunDeed, work: (state: AuditDetail) => Promise<void>) => Promise<boolean>

export interface TellUnknownOutcomesDeps {
  readonly audit: Pick<AuditLog, 'append' | 'read'>
  readonly installation: Pick<InstallationStore, 'find' | 'put'>
  readonly clock: Clock
  readonly whileNobodyIsAt: WhileNobodyIsAt
  readonly onError: (error: unknown) => void
}

/** The name under which an installation keeps the line up to which nothing is open, so that no line is looked at twice. */
const closedToName = 'auditClosedTo'

/**
 * Looks for what the audit log says to be begun and not to be done, and adds to each that its outcome is unknown, once it
 * is certain that whoever began it can't say so any more: it held a lock, which went with its process. What somebody is at
 * is left for the next time, and so is what can't be looked at. Under that same lock the lines that came meanwhile are
 * read, so of several servers that look at once only one adds a line.
 */
export async function tellUnknownOutcomes(deps: TellUnknownOutcomesDeps): Promise<void> {
  const { audit, installation, clock, whileNobodyIsAt, onError } = deps
  const closedTo = Number((await installation.find(closedToName)) ?? 0)
  const unfinished = await unfinishedDeeds(readAudit(audit, closedTo + 1))
  let stillOpen: BegunDeed | undefined
  for (const deed of unfinished.deeds) {
    const isTold = await whileNobodyIsAt(deed, async (state) => {
      const now = await unfinishedDeeds(readAudit(audit, unfinished.readTo + 1), unfinished)
      if (!now.deeds.some(({ number }) => number === deed.number)) return
      const { number: begun, action, objectId } = deed
      const told = { action: deeds[action].outcomeUnknown, objectId, accountId: null, detail: { begun, ...state } }
      await audit.append({ ...serverItself, at: clock.now(), ...told })
    }).catch((error: unknown) => {
      onError(error)
      return false
    })
    if (!isTold) stillOpen ??= deed
  }
  const nowClosedTo = stillOpen === undefined ? unfinished.readTo : stillOpen.number - 1
  if (nowClosedTo > closedTo) await installation.put(closedToName, String(nowClosedTo))
}

export interface OutcomeKeeperDeps extends TellUnknownOutcomesDeps {
  readonly machineClock: Clock
}

/** Does that at once and every hour, until `signal` aborts. Never rejects. */
export async function startOutcomeKeeper(deps: OutcomeKeeperDeps, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await tellUnknownOutcomes(deps).catch(deps.onError)
    await deps.machineClock.waitUntil(deps.machineClock.now() + hourMs, signal)
  }
}
