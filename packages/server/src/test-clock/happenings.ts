import type { Happening } from './happening.ts'

/** Keeps what happens while somebody looks. */
export interface Happenings {
  add(happening: Happening): void
  /** Begins to keep, with nothing kept. At most `limit` are kept, and all are counted. */
  begin(limit: number): void
  end(): { readonly kept: readonly Happening[]; readonly counts: Readonly<Record<Happening['kind'], number>> }
}

const none: Readonly<Record<Happening['kind'], number>> = {
  execution_completed: 0,
  execution_failed: 0,
  execution_retried: 0,
  callback_delivered: 0,
  callback_retried: 0,
  callback_failed: 0,
}

export function createHappenings(): Happenings {
  let looking: { readonly kept: Happening[]; readonly limit: number; counts: typeof none } | undefined
  return {
    add(happening) {
      if (looking === undefined) return
      const { kept, limit, counts } = looking
      looking.counts = { ...counts, [happening.kind]: counts[happening.kind] + 1 }
      if (kept.length < limit) kept.push(happening)
    },
    begin(limit) {
      looking = { kept: [], limit, counts: none }
    },
    end() {
      const { kept = [], counts = none } = looking ?? {}
      looking = undefined
      return { kept, counts }
    },
  }
}
