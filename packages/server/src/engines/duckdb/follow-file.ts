import { createHash } from 'node:crypto'
import { closeSync, fdatasync, openSync, readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'

const flush = promisify(fdatasync)

const lookEveryMs = 20
const chunkBytes = 1024 * 1024
// At most 9 ms of hashing at a time: a stop waits no longer than that.
const chunksAtATime = 16
const flushEveryBytes = 32 * 1024 * 1024

/** A file that another thread writes from start to end, taken in while it grows. */
export interface FollowedFile {
  /** Bytes taken in so far. */
  readonly sizeBytes: number
  /** Takes in the rest, once nobody writes any more. Resolves when the whole file is on disk. */
  finish(): Promise<{ readonly sizeBytes: number; readonly sha256: string }>
  /** Lets go of the file. */
  abandon(): Promise<void>
}

/**
 * Hashes and flushes a file behind the engine's back while the engine writes it; the file may not exist yet.
 *
 * Measured with 407 MB of CSV on two threads of one core, the fastest of a dozen interleaved runs, with and without an
 * ORDER BY: COPY alone 1.12 and 0.94 s; followed like this 1.31 and 1.17 s; hashed afterwards while it is flushed 1.41
 * and 1.09 s; hashed and then flushed 1.46 and 1.25 s. All of it is SHA-256, 0.22 s of a core that has nothing else to
 * do; flushing behind the writer costs nothing that can be measured. So following wins wherever a core is not busy for
 * a moment, and on a slow disk, where a flush at the end would wait for the whole file.
 */
export function followFile(path: string): FollowedFile {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafeSlow(chunkBytes)
  let file: number | undefined
  let sizeBytes = 0
  let flushedBytes = 0
  let flushing: Promise<void> | undefined
  let failure: unknown

  /** True when there may be more. Synchronous: the thread has nothing else to do, and each asynchronous read costs. */
  function takeIn(): boolean {
    file ??= openIfThere(path)
    if (file === undefined) return false
    for (let taken = 0; taken < chunksAtATime; taken += 1) {
      const length = readSync(file, chunk, 0, chunkBytes, sizeBytes)
      if (length === 0) return false
      hash.update(length === chunkBytes ? chunk : chunk.subarray(0, length))
      sizeBytes += length
    }
    return true
  }

  function flushBehind(): void {
    if (file === undefined || flushing !== undefined || sizeBytes - flushedBytes < flushEveryBytes) return
    flushedBytes = sizeBytes
    flushing = flush(file)
      // The last flush reports what is wrong with the disk.
      .catch(() => undefined)
      .finally(() => {
        flushing = undefined
      })
  }

  const looking = setInterval(() => {
    try {
      takeIn()
      flushBehind()
    } catch (error) {
      failure = error
      clearInterval(looking)
    }
  }, lookEveryMs)

  async function close(): Promise<void> {
    clearInterval(looking)
    // Closing under a flush would hand its descriptor to whoever opens a file next.
    await flushing
    if (file !== undefined) closeSync(file)
    file = undefined
  }

  return {
    get sizeBytes() {
      return sizeBytes
    },
    async finish() {
      clearInterval(looking)
      try {
        if (failure !== undefined) throw failure
        while (takeIn()) await setImmediate()
        if (file === undefined) throw new Error(`There is no file ${path}`)
        await flushing
        await flush(file)
      } finally {
        await close()
      }
      return { sizeBytes, sha256: hash.digest('hex') }
    },
    abandon: close,
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
