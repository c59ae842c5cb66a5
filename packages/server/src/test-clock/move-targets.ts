/**
 * Where each request wants a test clock to be. Kept before the clock moves: "an hour further" that comes again after the
 * server has died half way means the same instant as the first time.
 */
export interface MoveTargets {
  /** Undefined for a request that has not begun to move the clock. */
  of(requestId: string): number | undefined
  keep(requestId: string, toAt: number): Promise<void>
}

/** Request and instant, the latest last. */
type Kept = readonly (readonly [requestId: string, toAt: number])[]

// A request comes again within minutes, and few move a clock in that time.
const keptTargets = 100

/** Nobody has moved the clock. */
export const noTargets = '[]'

/** Reads what was kept as `text`; `put` keeps another text in its place. */
export function createMoveTargets(text: string, put: (text: string) => Promise<void>): MoveTargets {
  let kept = JSON.parse(text) as Kept
  return {
    of: (requestId) => kept.find(([id]) => id === requestId)?.[1],
    async keep(requestId, toAt) {
      const next: Kept = [...kept.filter(([id]) => id !== requestId), [requestId, toAt] as const].slice(-keptTargets)
      await put(JSON.stringify(next))
      kept = next
    },
  }
}
