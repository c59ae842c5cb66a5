import { join } from 'node:path'
import type { Settings } from './config/settings.ts'
import { openPostgresStores } from './stores/open-postgres-stores.ts'
import { openSqliteStores } from './stores/open-sqlite-stores.ts'
import { refuseMoved } from './stores/refuse-moved.ts'
import type { Stores } from './stores/stores.ts'

/**
 * Opens an installation's stores: in the PostgreSQL database that its settings name, or in its data folder. `signal` ends the
 * wait for a database that is not there yet.
 */
export async function openStores(
  { dataFolder, database }: Pick<Settings, 'dataFolder' | 'database'>,
  signal?: AbortSignal,
): Promise<Stores> {
  if (database !== null) return openPostgresStores(database, signal)
  const file = sqliteFileOf({ dataFolder })
  const stores = await openSqliteStores(file)
  try {
    await refuseMoved(stores.installation, file)
  } catch (error) {
    await stores.close()
    throw error
  }
  return stores
}

/** Where an installation without a database server keeps its own. */
export function sqliteFileOf({ dataFolder }: Pick<Settings, 'dataFolder'>): string {
  return join(dataFolder, 'almanac.db')
}
