import type { EngineProcess } from './engine-process.ts'
import type { ProcessPool } from './process-pool.ts'
import { createSlots } from '../slots.ts'

/**
 * Engine processes for work that is rare: one at a time, started for one job and ended after it, so that between jobs
 * nothing of it is in memory.
 */
export function createOneOffProcesses(start: () => EngineProcess): ProcessPool {
  const slots = createSlots(1)
  const alive = new Set<EngineProcess>()

  return {
    use(stop, work) {
      return slots.use(stop, async () => {
        const process = start()
        alive.add(process)
        try {
          return await work(process)
        } finally {
          await process.end()
          alive.delete(process)
        }
      })
    },
    async close() {
      await Promise.all([...alive].map((process) => process.end()))
    },
  }
}
