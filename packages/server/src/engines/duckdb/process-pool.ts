import type { EngineProcess } from './engine-process.ts'
import { createSlots } from '../slots.ts'

/** Engine processes for one purpose: started when first needed, kept, replaced when they have ended. */
export interface ProcessPool {
  /** Lends a process to `work`; waits for a free one, first come first served, unless `stop` aborts meanwhile. */
  use<Result>(stop: AbortSignal, work: (process: EngineProcess) => Promise<Result>): Promise<Result>
  /** Ends all processes. Whoever uses or awaits one has been stopped before. */
  close(): Promise<void>
}

export function createProcessPool(size: number, start: () => EngineProcess): ProcessPool {
  const slots = createSlots(size)
  const idle: EngineProcess[] = []
  const alive = new Set<EngineProcess>()
  let closed = false

  function takeProcess(): EngineProcess {
    for (let kept = idle.pop(); kept !== undefined; kept = idle.pop()) {
      if (kept.usable) return kept
      alive.delete(kept)
    }
    return startProcess()
  }

  function startProcess(): EngineProcess {
    const started = start()
    alive.add(started)
    return started
  }

  function giveBack(process: EngineProcess): void {
    if (process.usable) {
      idle.push(process)
      return
    }
    void process.end().finally(() => alive.delete(process))
    // Started now, its successor is of use by the time the next job comes; on demand it would keep that job waiting.
    if (!closed) idle.push(startProcess())
  }

  return {
    use(stop, work) {
      return slots.use(stop, async () => {
        const process = takeProcess()
        try {
          return await work(process)
        } finally {
          giveBack(process)
        }
      })
    },
    async close() {
      closed = true
      await Promise.all([...alive].map((process) => process.end()))
    },
  }
}
