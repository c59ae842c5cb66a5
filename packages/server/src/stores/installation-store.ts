import type { Kysely } from 'kysely'
import type { InstallationStore } from '../access/installation-store.ts'
import type { Database } from './database.ts'

/** The installation's own values in a database. */
export function createInstallationStore(db: Kysely<Database>): InstallationStore {
  return {
    async getOrSet(name, value) {
      // Two statements and no transaction: a value that is there stays there.
      await db
        .insertInto('installation')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      const kept = await db
        .selectFrom('installation')
        .select('value')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return kept.value
    },

    async find(name) {
      const kept = await db.selectFrom('installation').select('value').where('name', '=', name).executeTakeFirst()
      return kept?.value
    },

    async put(name, value) {
      await db
        .insertInto('installation')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute()
    },
  }
}
