/** Lets a number of callers work at once; the others wait, first come first served. */
export interface Slots {
  /** Waits for a slot, unless `stop` aborts meanwhile: then it rejects with its reason and `work` is never begun. */
  use<Result>(stop: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

export function createSlots(size: number): Slots {
  const waiting: (() => void)[] = []
  let free = size

  async function take(stop: AbortSignal): Promise<void> {
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

  function give(): void {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }

  return {
    async use(stop, work) {
      await take(stop)
      try {
        // The slot and the stop may have come in the same turn; then no work is begun any more.
        stop.throwIfAborted()
        return await work()
      } finally {
        give()
      }
    },
  }
}
