import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Lets the next one in. */
export type Unlock = () => void

/**
 * Takes the lock of a folder, or says that somebody else has it (`undefined`), in this process or any other.
 *
 * It is SQLite's lock on an empty database, which is the operating system's lock on a file: it goes with the process
 * that holds it, however that ends. A file that says who holds it would stay when its writer is killed, and telling a
 * dead holder by its process id fails when the id is used again.
 */
export function lockFolder(folder: string): Unlock | undefined {
  const database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return () => database.close()
}

// SQLITE_BUSY, with or without a reason in the higher bits.
const busy = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === busy
}
