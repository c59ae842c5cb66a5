import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { LoadFile } from '../../../datasets/versions/load-engine.ts'

const chunkBytes = 1024 * 1024

/**
 * Decompresses a file to `path`; undefined when it is no gzip, or only the beginning of one. DuckDB could read it as it
 * is, but doesn't look at the checksum at its end: a file that was cut off behind a line was read as if that were all.
 */
export async function unpack(file: LoadFile, path: string, stop: AbortSignal): Promise<LoadFile | undefined> {
  try {
    const packed = createReadStream(file.path, { highWaterMark: chunkBytes })
    await pipeline(packed, createGunzip({ chunkSize: chunkBytes }), createWriteStream(path), { signal: stop })
    return { ...file, path, gzipped: false }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) return undefined
    throw error
  }
}
