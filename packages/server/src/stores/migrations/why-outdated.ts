import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { migrations } from './migrate.ts'
import { refusalOf } from './refusal-of.ts'

/** Why this Almanac may not work with a database that it has open, in words; null while it may. */
export async function whyOutdated(db: Kysely<Database>): Promise<string | null> {
  const newest = migrations.length
  const unknown = await db
    .selectFrom('schema_migrations')
    .select(['version', 'oldest_compatible'])
    .where('version', '>', newest)
    .execute()
  return refusalOf(unknown, newest)
}
