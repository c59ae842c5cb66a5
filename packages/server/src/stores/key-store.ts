import type { Kysely } from 'kysely'
import type { KeyStore, StoredKey } from '../access/key-store.ts'
import type { Database, KeyTable } from './database.ts'
import { countThenAdd } from './transactions.ts'

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

    insertUnless: (key, unlessSince) =>
      countThenAdd(db, async (tx) => {
        const younger = await tx
          .selectFrom('keys')
          .select('id')
          .where('purpose', '=', key.purpose)
          .where('created_at', '>', unlessSince)
          .limit(1)
          .executeTakeFirst()
        if (younger !== undefined) return
        await tx
          .insertInto('keys')
          .values({ id: key.id, purpose: key.purpose, material: key.material, created_at: key.createdAt })
          .execute()
      }),
  }
}

function fromRow(row: KeyTable): StoredKey {
  return { id: row.id, purpose: row.purpose, material: row.material, createdAt: row.created_at }
}
