import { userInfo } from 'node:os'
import type { Settings } from './config/settings.ts'
import { openCommandClock } from './installation-clock.ts'
import type { AuditEntry, AuditSource } from './kernel/audit-entry.ts'
import { openStores } from './open-stores.ts'

/** The user of this machine, as the source of what a command does. */
export function machineUser(): AuditSource {
  return { actor: { kind: 'operator', name: machineUserName() }, requestId: null, address: null }
}

/** Who runs this process; `uid 1000670000` where the machine has no name for it, as in many clusters. */
export function machineUserName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.()}`
  }
}

/**
 * Adds a line to the audit log of an installation, at its time: for commands that work in its files and otherwise need no
 * database.
 */
export async function tellAudit(settings: Settings, entryOf: (at: number) => AuditEntry): Promise<void> {
  const stores = await openStores(settings)
  const done = new AbortController()
  try {
    const clock = await openCommandClock(stores, settings, done.signal)
    await stores.audit.append(entryOf(clock.now()))
  } finally {
    done.abort()
    await stores.close()
  }
}
