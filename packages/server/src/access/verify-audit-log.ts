import type { AuditHead, AuditLine, AuditLog } from './audit-log.ts'
import { readAudit } from './read-audit.ts'
import { verifyAudit, type AuditVerdict } from './verify-audit.ts'

/** Verifies an installation's log, which a server may be adding to. For `anchor` see `verifyAudit`. */
export async function verifyAuditLog(audit: AuditLog, anchor: AuditHead | null): Promise<AuditVerdict> {
  const head = await audit.head()
  const verdict = await verifyAudit(upTo(audit, head.number), head, anchor)
  // What was added since has moved the end of the log too; what was slipped in behind it has not.
  const [beyond] = await audit.read(head.number + 1, 1)
  if (beyond === undefined || (await audit.head()).number >= beyond.number) return verdict
  const fault = { number: beyond.number, problem: 'The line lies behind the end of the log' }
  return { ...verdict, faults: [...verdict.faults, fault] }
}

async function* upTo(audit: AuditLog, number: number): AsyncGenerator<AuditLine> {
  for await (const line of readAudit(audit, Number.MIN_SAFE_INTEGER)) {
    if (line.number > number) return
    yield line
  }
}
