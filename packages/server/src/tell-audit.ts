import { userInfo } from 'node:os'
import type { Settings } from './config/settings.ts'
import type { AuditEntry, AuditSource } from './kernel/audit-entry.ts'
import { openStores } from './open-stores.ts'

/** The user of this machine, as the source of what a command does. */
export function machineUser(): AuditSource {
  return { actor: { kind: 'operator', name: userInfo().username }, requestId: null, address: null }
}

/** Adds a line to the audit log of an installation: for commands that work in its files and otherwise need no database. */
export async function tellAudit(settings: Settings, entry: AuditEntry): Promise<void> {
  const stores = await openStores(settings)
  try {
    await stores.audit.append(entry)
  } finally {
    await stores.close()
  }
}
