import { mkdir, open, rename, rm } from 'node:fs/promises'
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

/**
 * Writes a text file whole or not at all: a reader, and whoever comes after a power cut, sees what was there before or
 * all of `text`. `temporaryPath` is on the same file system and nobody else's.
 */
export async function writeDurably(path: string, text: string, temporaryPath: string): Promise<void> {
  try {
    const file = await open(temporaryPath, 'w')
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporaryPath, path)
  } catch (error) {
    await rm(temporaryPath, { force: true })
    throw error
  }
  // A rename is in the page cache like any write.
  await syncFolder(dirname(path))
}
