import { operations } from '@almanac/api'
import type { AuditHead, AuditLog } from '../../access/audit-log.ts'
import { verifyAuditLog } from '../../access/verify-audit-log.ts'
import { AppError } from '../../kernel/app-error.ts'
import { brokenCursor } from '../../kernel/cursor.ts'
import { operationRoute } from '../operation-route.ts'
import { auditItem } from '../wire/access-items.ts'
import { envelope } from '../wire/envelope.ts'
import { defaultTop, nextLink } from '../wire/next-link.ts'

interface Deps {
  readonly audit: AuditLog
  readonly publicUrl: () => string
}

export const listAuditLinesRoute = ({ audit, publicUrl }: Deps) =>
  operationRoute(operations.listAuditLines, async ({ query, url }) => {
    const top = query.$top ?? defaultTop
    const from = query.$skipToken === undefined ? (query.fromNumber ?? 1) : numberOf(query.$skipToken)
    const lines = await audit.read(from, top + 1)
    const beyond = lines[top]
    return envelope(lines.slice(0, top).map(auditItem), null, {
      nextLink: nextLink({ publicUrl: publicUrl(), url, top }, beyond === undefined ? null : cursorAt(beyond.number)),
    })
  })

export const verifyAuditRoute = ({ audit }: Deps) =>
  operationRoute(operations.verifyAudit, async ({ query }) => {
    const { lines, head, faults } = await verifyAuditLog(audit, anchorOf(query.anchor))
    return envelope([{ whole: faults.length === 0, lines, head, faults }], null)
  })

function cursorAt(number: number): string {
  return Buffer.from(String(number)).toString('base64url')
}

function numberOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!/^\d{1,15}$/.test(text)) throw brokenCursor()
  return Number(text)
}

/** `12:9f86d0…` */
function anchorOf(text: string | undefined): AuditHead | null {
  if (text === undefined) return null
  const [, number, hash] = /^(\d{1,15}):([\da-f]{64})$/i.exec(text) ?? []
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash: hash.toLowerCase() }
  throw new AppError('invalid_request', {
    sentence: 'anchor must be the number and the hash of a line, as 12:9f86…',
    field: 'anchor',
  })
}
