import type { Kysely, Transaction } from 'kysely'
import { nextLine } from '../access/audit-chain.ts'
import type { AuditLog } from '../access/audit-log.ts'
import type { AuditEntry } from '../kernel/audit-entry.ts'
import type { Database } from './database.ts'
import { inTransaction } from './transactions.ts'

/** Adds a line to the audit log, in the transaction of the change that it tells of. */
export async function appendAudit(tx: Transaction<Database>, entry: AuditEntry): Promise<void> {
  // Counting up first takes the row: another transaction that appends waits here until this one has ended.
  const { number, hash } = await tx
    .updateTable('audit_head')
    .set((head) => ({ number: head('number', '+', 1) }))
    .where('name', '=', 'head')
    .returning(['number', 'hash'])
    .executeTakeFirstOrThrow()
  const line = nextLine({ number: number - 1, hash }, entry)
  await tx.insertInto('audit_log').values({ number, entry: line.text, hash: line.hash }).execute()
  await tx.updateTable('audit_head').set({ hash: line.hash }).where('name', '=', 'head').execute()
}

/** The audit log in a database. */
export function createAuditLog(db: Kysely<Database>): AuditLog {
  return {
    append: (...entries) =>
      inTransaction(db, async (tx) => {
        for (const entry of entries) await appendAudit(tx, entry)
      }),

    async read(fromNumber, limit) {
      const rows = await db
        .selectFrom('audit_log')
        .selectAll()
        .where('number', '>=', fromNumber)
        .orderBy('number')
        .limit(limit)
        .execute()
      return rows.map(({ number, entry, hash }) => ({ number, text: entry, hash }))
    },

    async head() {
      const { number, hash } = await db
        .selectFrom('audit_head')
        .select(['number', 'hash'])
        .where('name', '=', 'head')
        .executeTakeFirstOrThrow()
      return { number, hash }
    },
  }
}
