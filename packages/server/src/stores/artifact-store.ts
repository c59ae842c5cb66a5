import type { Kysely } from 'kysely'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { artifactFrom } from './artifact-row.ts'
import { evenLength } from './even-length.ts'
import type { Database } from './database.ts'

// Databases limit the parameters of a statement.
const askedAtOnce = 500

/** Published files in a database. The execution store writes them. */
export function createArtifactStore(db: Kysely<Database>): ArtifactStore {
  return {
    async findByExecution(accountId, executionId) {
      const row = await db
        .selectFrom('artifacts')
        .selectAll()
        .where('execution_id', '=', executionId)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row && artifactFrom(row)
    },

    async findForLink(accountId, artifactId) {
      const row = await db
        .selectFrom('artifacts')
        .selectAll()
        .where('id', '=', artifactId)
        .where('account_id', '=', accountId)
        .executeTakeFirst()
      return row && artifactFrom(row)
    },

    async withoutArtifact(blobKeys) {
      const named = new Set<string>()
      for (let start = 0; start < blobKeys.length; start += askedAtOnce) {
        const rows = await db
          .selectFrom('artifacts')
          .select('blob_key')
          .where('blob_key', 'in', evenLength(blobKeys.slice(start, start + askedAtOnce)))
          .execute()
        for (const { blob_key } of rows) named.add(blob_key)
      }
      return blobKeys.filter((key) => !named.has(key))
    },
  }
}
