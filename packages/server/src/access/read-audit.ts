import { setImmediate } from 'node:timers/promises'
import type { AuditLine, AuditLog } from './audit-log.ts'

const linesAtOnce = 500

/** All lines of the log in order, a few hundred in memory at a time. Those that are added meanwhile come too. */
export async function* readAudit(audit: Pick<AuditLog, 'read'>, fromNumber = 1): AsyncGenerator<AuditLine> {
  let from = fromNumber
  for (;;) {
    const lines = await audit.read(from, linesAtOnce)
    yield* lines
    const last = lines.at(-1)
    if (last === undefined) return
    from = last.number + 1
    // A log may be long, and SQLite answers without giving anybody else a turn.
    await setImmediate()
  }
}
