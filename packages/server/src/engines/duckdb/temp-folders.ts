import { readdirSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'

const prefix = 'almanac-engine-'

/** The folder for what one engine process spills to disk. */
export function tempFolderOf(folder: string, pid: number | undefined): string {
  return join(folder, `${prefix}${pid}`)
}

export async function removeTempFolder(folder: string): Promise<void> {
  // Best effort: what stays is swept at the next start.
  await rm(folder, { recursive: true, force: true }).catch(() => undefined)
}

/**
 * Removes what engine processes left that were killed together with their server. The folder may be shared (`/tmp`):
 * nothing else is touched, and nothing of a process that lives.
 */
export function sweepTempFolders(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN
    if (Number.isSafeInteger(pid) && !isAlive(pid)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // It is made by the first process that needs it.
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Alive, but another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
