import type { Kysely } from 'kysely'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import { artifactFrom } from './artifact-row.ts'
import type { Database } from './database.ts'

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
  }
}
