import { compileTogether } from '@almanac/query'
import { EngineError } from '../datasets/query-engine.ts'
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

/** With fewer it isn't tried once more. */
const fewestTogether = 8

/**
 * A scan for `seats` runs of one query at one instant. When everyone has asked for a file or has left, the rows of all
 * accounts are read once:
 *
 *   ask, ask, leave, … → those of one data version → exportTogether → a file for each
 *                         ├── out of memory → half of them, and the next
 *                         └── others, accounts without a row, a scan that failed → one by one
 *
 * Each thread of the engine holds some rows of each account (32 KiB a column were seen): a hundred accounts and 25 columns
 * fit on two cores and not on sixteen. What fits is found out, since only the engine knows its memory.
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
    const files = new Map<Wish, ExportedFile>()
    // What was made before it failed is there.
    await readOnce(files).catch(onFailure)
    for (const wish of wishes) {
      const { prepared, target, options, settle } = wish
      const made = files.get(wish)
      const file = made === undefined ? engine.export(prepared.compiled, target, options) : Promise.resolve(made)
      settle(file)
      // In turn: the engine counts the wait for a free process too.
      await file.catch(() => undefined)
    }
  }

  async function readOnce(files: Map<Wish, ExportedFile>): Promise<void> {
    let waiting = alikeTo(wishes.find(isWanted))
    let most = waiting.length
    while (waiting.length > 0) {
      const some = waiting.slice(0, most).filter(isWanted)
      try {
        for (const [wish, file] of await readFor(some)) files.set(wish, file)
        waiting = waiting.slice(most)
      } catch (error) {
        if (!isOutOfMemory(error) || most <= fewestTogether) throw error
        most = Math.ceil(most / 2)
      }
    }
  }

  /** Data may have been switched between two of them, and each may want its texts written in its own way. */
  function alikeTo(first: Wish | undefined): readonly Wish[] {
    if (first === undefined) return []
    const { run, dataVersion } = first.prepared
    return wishes.filter(
      ({ prepared }) =>
        prepared.dataVersion.id === dataVersion.id &&
        prepared.run.referenceAt === run.referenceAt &&
        prepared.run.neutralizeFormulas === run.neutralizeFormulas,
    )
  }

  async function readFor(some: readonly Wish[]): Promise<readonly (readonly [Wish, ExportedFile])[]> {
    const [first] = some
    if (first === undefined) return []
    const { query, run } = first.prepared
    const accountIds = [...new Set(some.map(({ target }) => target.accountId))]
    const together = compileTogether(query, { ...run, accountIds })
    if (together === null) return []
    const made = await engine.exportTogether(
      together,
      some.map(({ target }) => target),
      { timeLimitMs: first.options.timeLimitMs, signal: whenAll(some.map(({ options }) => options.signal)) },
    )
    return some.flatMap((wish, index) => {
      const file = made[index]
      return file === undefined ? [] : [[wish, file] as const]
    })
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

function isWanted({ options }: Wish): boolean {
  return !options.signal.aborted
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof EngineError && error.code === 'out_of_memory'
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
