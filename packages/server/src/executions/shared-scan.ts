import { compileTogether } from '@almanac/query'
import type { AccountTarget, ExportedFile, ExportOptions, QueryEngine } from '../datasets/query-engine.ts'
import type { ExportRun } from './make-file.ts'
import type { PreparedRun } from './prepare-run.ts'

/** One place in a shared scan. */
export interface Seat {
  readonly exportRun: ExportRun
  /** For whoever comes to its end, also without having asked for a file: the others must not wait for it. */
  readonly leave: () => void
}

export interface SharedScanDeps {
  readonly engine: Pick<QueryEngine, 'export' | 'exportTogether'>
  /** Hears why a scan came to nothing. Its files are made one by one then. */
  readonly onFailure: (error: unknown) => void
}

interface Wish {
  readonly prepared: PreparedRun
  readonly target: AccountTarget
  readonly options: ExportOptions
  readonly settle: (file: Promise<ExportedFile>) => void
}

/**
 * A scan for `seats` runs of one query at one instant. When everyone has asked for a file or has left, the rows of all
 * accounts are read once:
 *
 *   ask, ask, leave, … → those of one data version → exportTogether → a file for each
 *                         └── others, accounts without a row, a scan that failed → one by one
 *
 * Sharing decides nothing but what it costs: whatever goes wrong in it, each run is then made as if it were alone, with a
 * time limit of its own. A run that is called off meanwhile doesn't stop the others; the scan stops when all are.
 */
export function createSharedScan({ engine, onFailure }: SharedScanDeps, seats: number): { seat(): Seat } {
  const wishes: Wish[] = []
  let left = 0

  function look(): void {
    if (wishes.length > 0 && wishes.length + left === seats) void serve()
  }

  async function serve(): Promise<void> {
    const files = await readOnce().catch((error: unknown) => {
      onFailure(error)
      return new Map<Wish, ExportedFile>()
    })
    for (const wish of wishes) {
      const { prepared, target, options, settle } = wish
      const made = files.get(wish)
      const file = made === undefined ? engine.export(prepared.compiled, target, options) : Promise.resolve(made)
      settle(file)
      // In turn: the engine counts the wait for a free process too.
      await file.catch(() => undefined)
    }
  }

  async function readOnce(): Promise<ReadonlyMap<Wish, ExportedFile>> {
    const files = new Map<Wish, ExportedFile>()
    const first = wishes.find(({ options }) => !options.signal.aborted)
    if (first === undefined) return files
    const { query, run, dataVersion } = first.prepared
    // Data may have been switched between two of them, and each may want its texts written in its own way.
    const alike = wishes.filter(
      ({ prepared, options }) =>
        prepared.dataVersion.id === dataVersion.id &&
        prepared.run.neutralizeFormulas === run.neutralizeFormulas &&
        !options.signal.aborted,
    )
    const accountIds = [...new Set(alike.map(({ target }) => target.accountId))]
    const together = compileTogether(query, { ...run, accountIds })
    if (together === null) return files
    const made = await engine.exportTogether(
      together,
      alike.map(({ target }) => target),
      { timeLimitMs: first.options.timeLimitMs, signal: whenAll(alike.map(({ options }) => options.signal)) },
    )
    for (const [index, wish] of alike.entries()) {
      const file = made[index]
      if (file !== undefined) files.set(wish, file)
    }
    return files
  }

  return {
    seat() {
      let isTaken = true
      return {
        exportRun(prepared, target, options) {
          isTaken = false
          return new Promise((resolve) => {
            wishes.push({
              prepared,
              target: { ...target, accountId: prepared.run.accountId },
              options,
              settle: resolve,
            })
            look()
          })
        },
        leave() {
          if (!isTaken) return
          isTaken = false
          left += 1
          look()
        },
      }
    },
  }
}

/** Aborts when the last of some signals does. */
function whenAll(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController()
  const look = (): void => {
    if (signals.every(({ aborted }) => aborted)) all.abort()
  }
  for (const signal of signals) signal.addEventListener('abort', look, { once: true })
  return all.signal
}
