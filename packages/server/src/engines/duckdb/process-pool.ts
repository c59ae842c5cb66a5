import type { EngineProcess } from './engine-process.ts'

/** Engine processes for one purpose: started when first needed, kept, replaced when they have ended. */
export interface ProcessPool {
  /** Lends a process to `work`; waits for a free one, first come first served, unless `stop` aborts meanwhile. */
  use<Result>(stop: AbortSignal, work: (process: EngineProcess) => Promise<Result>): Promise<Result>
  /** Ends all processes. Whoever uses or awaits one has been stopped before. */
  close(): Promise<void>
}

export function createProcessPool(size: number, start: () => EngineProcess): ProcessPool {
  const idle: EngineProcess[] = []
  const alive = new Set<EngineProcess>()
  const waiting: (() => void)[] = []
  let free = size
  let closed = false

  async function takeSlot(stop: AbortSignal): Promise<void> {
    stop.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const giveUp = () => {
      const place = waiting.indexOf(resolve)
      if (place !== -1) waiting.splice(place, 1)
      reject(stop.reason)
    }
    waiting.push(resolve)
    stop.addEventListener('abort', giveUp)
    await promise.finally(() => stop.removeEventListener('abort', giveUp))
  }

  function giveSlot(): void {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }

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
    async use(stop, work) {
      await takeSlot(stop)
      try {
        // The slot and the stop may have come in the same turn; then no process is started any more.
        stop.throwIfAborted()
        const process = takeProcess()
        try {
          return await work(process)
        } finally {
          giveBack(process)
        }
      } finally {
        giveSlot()
      }
    },
    async close() {
      closed = true
      await Promise.all([...alive].map((process) => process.end()))
    },
  }
}
