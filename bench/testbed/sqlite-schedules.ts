import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openSqliteStores } from '../../packages/server/src/stores/open-sqlite-stores.ts'
import { rounded } from './figures.ts'
import { databaseBytes, fillSchedules, makeDue } from './fill-schedules.ts'
import type { SchedulesDatabase } from './schedules-database.ts'

/** So many reports in a file of SQLite, in a folder that is there and that a server can have as its data folder. */
export async function sqliteSchedules(folder: string, reports: number): Promise<SchedulesDatabase> {
  const file = join(folder, 'almanac.db')
  await fillSchedules(file, reports)
  return {
    megabytes: rounded(databaseBytes(file) / 1e6),
    settings: { dataFolder: folder },
    openStores: () => openSqliteStores(file),
    makeDue: async (count, beginAt, everyMs) => makeDue(file, count, beginAt, everyMs),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
