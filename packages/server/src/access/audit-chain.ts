import { createHash } from 'node:crypto'
import { auditActions, type AuditEntry } from '../kernel/audit-entry.ts'
import type { AuditHead } from './audit-log.ts'

/** What the first line follows. */
export const auditStart: AuditHead = { number: 0, hash: '0'.repeat(64) }

/** The line that follows `last`: its text and its hash. */
export function nextLine(last: AuditHead, entry: AuditEntry): AuditHead & { readonly text: string } {
  const number = last.number + 1
  const text = lineText(number, entry)
  return { number, text, hash: lineHash(last.hash, text) }
}

/** SHA-256, in hex, of the hash before and a line's text. */
export function lineHash(previousHash: string, text: string): string {
  return createHash('sha256').update(previousHash).update('\n').update(text).digest('hex')
}

/**
 * JSON in which the same value has one form: keys sorted, no blanks. (RFC 8785 for what entries hold: text, whole
 * numbers, true, false, null, lists and objects.)
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}

function lineText(number: number, entry: AuditEntry): string {
  const { at, actor, action, objectId, accountId, requestId, address, detail } = entry
  return canonicalJson({
    number,
    time: new Date(at).toISOString(),
    actor,
    action,
    object: { kind: auditActions[action], id: objectId },
    accountId,
    requestId,
    address,
    detail,
  })
}
