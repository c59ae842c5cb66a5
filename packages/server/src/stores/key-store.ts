import type { Kysely } from 'kysely'
import type { KeyStore, StoredKey } from '../access/key-store.ts'
import { appendAudit } from './audit-log.ts'
import type { Database, KeyTable } from './database.ts'
import { inTransaction, takeTurn } from './transactions.ts'

/** Keys in a database. */
export function createKeyStore(db: Kysely<Database>): KeyStore {
  return {
    async list(purpose) {
      const rows = await db
        .selectFrom('keys')
        .selectAll()
        .where('purpose', '=', purpose)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .execute()
      return rows.map(fromRow)
    },

    insertFirst: (key) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, `keys for ${key.purpose}`)
        const any = await tx
          .selectFrom('keys')
          .select('id')
          .where('purpose', '=', key.purpose)
          .limit(1)
          .executeTakeFirst()
        if (any === undefined) await tx.insertInto('keys').values(toRow(key)).execute()
      }),

    rotate: (key, { othersEndAt, forgetBeforeAt }, entry) =>
      inTransaction(db, async (tx) => {
        await takeTurn(tx, `keys for ${key.purpose}`)
        await tx.deleteFrom('keys').where('purpose', '=', key.purpose).where('ends_at', '<', forgetBeforeAt).execute()
        await tx
          .updateTable('keys')
          .set({ ends_at: othersEndAt })
          .where('purpose', '=', key.purpose)
          .where((row) => row.or([row('ends_at', 'is', null), row('ends_at', '>', othersEndAt)]))
          .execute()
        await tx.insertInto('keys').values(toRow(key)).execute()
        await appendAudit(tx, entry)
      }),
  }
}

function toRow(key: StoredKey): KeyTable {
  return {
    id: key.id,
    purpose: key.purpose,
    material: key.material,
    created_at: key.createdAt,
    signs_from_at: key.signsFromAt,
    ends_at: key.endsAt,
  }
}

function fromRow(row: KeyTable): StoredKey {
  return {
    id: row.id,
    purpose: row.purpose,
    material: row.material,
    createdAt: row.created_at,
    signsFromAt: row.signs_from_at,
    endsAt: row.ends_at,
  }
}
