import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const appendBytes = 16 * 1024

/** What `count` appended commits' worth of bytes take to reach the disk below `folder`, one by one; milliseconds each. */
export function syncCosts(folder: string, count: number): readonly number[] {
  const path = join(folder, 'sync-cost')
  const file = openSync(path, 'w')
  const bytes = Buffer.alloc(appendBytes)
  const costs: number[] = []
  for (let number = 0; number < count; number++) {
    const beganAt = performance.now()
    writeSync(file, bytes)
    fdatasyncSync(file)
    costs.push(performance.now() - beganAt)
  }
  closeSync(file)
  rmSync(path)
  return costs
}
