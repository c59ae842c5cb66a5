import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Makes what stands in a file durable. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the names in a folder durable: which files there are, and under which names. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows can't open a folder, and keeps its names in a journal of its own.
  if (process.platform !== 'win32') await syncFile(folder)
}

/** Makes a folder, durably, whose parent exists. Succeeds when it is there already. */
export async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true })
  if (made !== undefined) await syncFolder(dirname(folder))
}
