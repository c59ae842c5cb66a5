import { compileCount } from '@almanac/query'
import type { Clock } from '../kernel/clock.ts'
import type { DataVersion } from './data-version.ts'
import type { CatalogDataset } from './dataset.ts'
import type { QueryEngine } from './query-engine.ts'

/** How many rows accounts have in datasets. */
export interface RowCounts {
  /** Rows of this account in this version, or of everyone where rows are nobody's; null when it takes too long. */
  of(dataset: CatalogDataset, version: DataVersion, accountId: string): Promise<number | null>
}

export interface RowCountsDeps {
  readonly engine: Pick<QueryEngine, 'preview'>
  readonly clock: Clock
  /** How long one count may take, the wait for its turn included: the answer waits for it. */
  readonly timeLimitMs: number
  /** How long a count that failed, or one of rows without a version, is not tried again. */
  readonly retryAfterMs: number
  /** How many counts are remembered. */
  readonly keptCounts: number
}

interface Remembered {
  readonly count: Promise<number | null>
  /** When it stops being good: it failed, or is of rows that change unseen. */
  agesFrom?: number
}

/**
 * Counts rows by the path that every query takes: compiled, filtered by account, run by the engine. A version never
 * changes, so a count is made once for each version and account, and remembered; asked twice at once it is made once. Of
 * rows without a version a count holds as long as a failure does.
 */
export function createRowCounts(deps: RowCountsDeps): RowCounts {
  const { engine, clock, timeLimitMs, retryAfterMs, keptCounts } = deps
  // In the order in which they were last asked for.
  const remembered = new Map<string, Remembered>()

  async function count(dataset: CatalogDataset, { relation }: DataVersion, accountId: string): Promise<number | null> {
    // Others may wait for the same count: nobody's leaving calls it off.
    const { signal } = new AbortController()
    const query = compileCount(dataset, { relation, accountId })
    const [[rows] = []] = await engine.preview(query, { timeLimitMs, signal, errand: { accountId } })
    return typeof rows === 'number' ? rows : null
  }

  function countAnew(dataset: CatalogDataset, version: DataVersion, accountId: string): Remembered {
    const entry: Remembered = {
      ...(version.id === null && { agesFrom: clock.now() }),
      count: count(dataset, version, accountId).catch(() => {
        // Without a number the description is still of use, and what is wrong will show in the queries.
        entry.agesFrom = clock.now()
        return null
      }),
    }
    return entry
  }

  return {
    of(dataset, version, accountId) {
      if (dataset.accountColumn === undefined && version.rows !== null) return Promise.resolve(version.rows)
      const whose = dataset.accountColumn === undefined ? null : accountId
      const key = JSON.stringify([dataset.program, dataset.name, version.id, whose])
      const known = remembered.get(key)
      const isStale = known?.agesFrom !== undefined && clock.now() - known.agesFrom >= retryAfterMs
      const entry = known === undefined || isStale ? countAnew(dataset, version, accountId) : known
      remembered.delete(key)
      remembered.set(key, entry)
      for (const oldest of remembered.keys()) {
        if (remembered.size <= keptCounts) break
        remembered.delete(oldest)
      }
      return entry.count
    },
  }
}
