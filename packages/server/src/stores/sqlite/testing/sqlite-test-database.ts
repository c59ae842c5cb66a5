import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqliteStores } from '../../open-sqlite-stores.ts'
import type { TestDatabase } from '../../testing/test-database.ts'

/** A SQLite file in a folder of its own. */
export async function makeSqliteTestDatabase(): Promise<TestDatabase & { readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-stores-'))
  const file = join(folder, 'almanac.sqlite')
  return {
    file,
    connect: () => openSqliteStores(file),
    remove: () => rm(folder, { recursive: true }),
  }
}
