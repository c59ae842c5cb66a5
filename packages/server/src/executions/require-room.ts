import { EngineError } from '../datasets/query-engine.ts'

export interface Room {
  readonly freeBytes: () => Promise<number>
  readonly minimumFreeBytes: number
}

/**
 * Refuses to begin a file when the disk is nearly full, before it is: a disk without a byte takes the database along, and
 * with it everybody's schedules. Raises an `EngineError` `disk_full`, as the engine itself would later.
 */
export async function requireRoom({ freeBytes, minimumFreeBytes }: Room): Promise<void> {
  const free = await freeBytes()
  if (free >= minimumFreeBytes) return
  throw new EngineError('disk_full', `${free} bytes are free; executions begin with ${minimumFreeBytes}`)
}
