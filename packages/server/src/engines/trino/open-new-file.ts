import { createHash } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import type { ExportedFile } from '../../datasets/query-engine.ts'

/** A file that is written from start to end. */
export interface NewFile {
  readonly sizeBytes: number
  /** Resolves when the text is with the system: who waits for it never has more than one in memory. */
  write(text: string): Promise<void>
  /** Puts it on disk. */
  finish(): Promise<Omit<ExportedFile, 'rows'>>
  /** Removes it. */
  discard(): Promise<void>
}

/** Opens a file that isn't there yet; what stands there is someone else's, and opening fails. */
export async function openNewFile(path: string): Promise<NewFile> {
  const file = await open(path, 'wx')
  const hash = createHash('sha256')
  let sizeBytes = 0
  return {
    get sizeBytes() {
      return sizeBytes
    },
    async write(text) {
      const bytes = Buffer.from(text)
      hash.update(bytes)
      await file.writeFile(bytes)
      sizeBytes += bytes.length
    },
    async finish() {
      await file.datasync()
      await file.close()
      return { sizeBytes, sha256: hash.digest('hex') }
    },
    async discard() {
      await file.close().catch(() => undefined)
      await rm(path, { force: true })
    },
  }
}
