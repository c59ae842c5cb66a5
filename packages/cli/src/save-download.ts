import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Download } from '@almanac/client'

/**
 * Writes a download to `path`. The file has its name only when it is whole and right; until then it is `<path>.partial`,
 * which is removed when the download fails. Returns how many bytes it has and their SHA-256.
 */
export async function saveDownload(
  download: Download,
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const partial = `${path}.partial`
  await mkdir(dirname(path), { recursive: true })
  try {
    await pipeline(Readable.fromWeb(download.body), createWriteStream(partial), { ...(signal && { signal }) })
    const verified = await download.verified
    await rename(partial, path)
    return verified
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
