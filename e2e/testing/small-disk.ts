import { execFile } from 'node:child_process'
import { mkdtemp, open, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

/** A real file system of a few MiB, to be filled up. */
export interface SmallDisk {
  readonly folder: string
  /** Fills it up to `leftBytes`, or makes room until so much is free. */
  leave(leftBytes: number): Promise<void>
}

const sizeMiB = 48
// A container that may mount nothing has a small disk all the same; on other machines this one is half the memory.
const sharedMemory = '/dev/shm'
const smallMiB = 128

/** Mounts a disk in memory for one test. Where that isn't allowed, it takes the 64 MiB that every container has. */
export async function openSmallDisk(): Promise<SmallDisk> {
  const disk = (await mounted()) ?? (await madeInSharedMemory())
  const ballast = await open(join(disk, 'ballast'), 'w')
  onTestFinished(() => ballast.close())
  return {
    folder: join(disk, 'almanac'),
    async leave(leftBytes) {
      const { bavail, bsize } = await statfs(disk)
      const { size } = await ballast.stat()
      const target = size + bavail * bsize - leftBytes
      if (target < size) return ballast.truncate(Math.max(0, target))
      await ballast.write(Buffer.alloc(target - size), 0, target - size, size)
    },
  }
}

async function mounted(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-small-disk-'))
  const run = promisify(execFile)
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', folder])
  } catch {
    await rm(folder, { recursive: true })
    return undefined
  }
  onTestFinished(async () => {
    await run('umount', [folder])
    await rm(folder, { recursive: true })
  })
  return folder
}

async function madeInSharedMemory(): Promise<string> {
  const { blocks, bsize } = await statfs(sharedMemory)
  if (blocks * bsize > smallMiB * 2 ** 20)
    throw new Error(`No small disk is to be had: nothing may be mounted here, and ${sharedMemory} is a large one`)
  const folder = await mkdtemp(join(sharedMemory, 'almanac-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
