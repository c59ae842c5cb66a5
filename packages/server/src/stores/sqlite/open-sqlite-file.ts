import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { untilFree } from './until-free.ts'

/**
 * Opens a SQLite file for durable use: once a transaction is acknowledged it survives a kill and a power cut. Makes the
 * file and its folder, readable by the owner alone (it holds keys and webhook secrets), if they are absent.
 */
export async function openSqliteFile(file: string): Promise<DatabaseSync> {
  if (file !== ':memory:') await makePrivately(file)
  const database = new DatabaseSync(file, {
    // SQLite itself does not wait for other connections, see `until-free.ts`.
    timeout: 0,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
    defensive: true,
  })
  try {
    const mode = await untilFree(() => database.prepare('pragma journal_mode = wal').get()?.['journal_mode'])
    if (mode !== 'wal' && file !== ':memory:') {
      throw new Error(`its file system can't hold a write-ahead log (the journal mode stays ${String(mode)})`)
    }
    // With a write-ahead log, NORMAL syncs at checkpoints only: a power cut was measured to lose acknowledged rows.
    database.exec('pragma synchronous = full')
    // What `checkpointer.ts` doesn't get to: forty times SQLite's own measure.
    database.exec('pragma wal_autocheckpoint = 40000')
    return database
  } catch (cause) {
    database.close()
    throw cause
  }
}

/** SQLite gives the files of its log the mode of the database file, so setting that one is enough. */
async function makePrivately(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'a', 0o600)
  await handle.close()
}
