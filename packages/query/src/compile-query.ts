import type { CheckedQuery } from './check-query.ts'
import { compileSelects, inParentheses } from './compile/compile-select.ts'
import type { Dialect } from './compile/dialect.ts'
import { dialectOf } from './compile/dialect-of.ts'
import { pruneRelation } from './compile/prune-relation.ts'
import { createScope } from './compile/scope.ts'
import { spellingsOf } from './compile/spelling.ts'
import type { CompiledQuery, QueryWindow } from './compiled-query.ts'
import type { Relation } from './dataset.ts'
import { windowOf } from './plan/window.ts'
import type { RequestedWindow } from './plan/window.ts'

/** Everything a run adds to a checked query. */
export interface QueryRun {
  readonly relation: Relation
  /** Whose rows: compared for exact equality with the dataset's account column, if it has one. */
  readonly accountId: string
  /** Reference time of TIMESPAN; epoch milliseconds UTC. */
  readonly referenceAt: number
  /**
   * QueryStartTime and QueryEndTime: replaces TIMESPAN by `[startAt, endAt)`, epoch milliseconds UTC. Either may stand
   * alone; without both (absent or `null`) TIMESPAN counts.
   */
  readonly window?: RequestedWindow
  /** Whether texts that a spreadsheet would run get an apostrophe before them. */
  readonly neutralizeFormulas?: boolean
  /** At most this many rows, whatever the query's own LIMIT says (a preview). */
  readonly rowLimit?: number
}

/**
 * Makes SQL with bound parameters of a checked query: plan + run → window → statement. Pure, and it never fails for a
 * query that `checkQuery` has passed. The window is `null` when all rows count, as on a dataset without dates.
 */
export function compileQuery(
  query: CheckedQuery,
  run: QueryRun,
  dialect: Dialect = dialectOf(run.relation),
): CompiledQuery {
  const { plan } = query
  const window = windowIn(query, run)
  const rowLimit = smallest(plan.limit, run.rowLimit ?? null)

  const scope = createScope(dialect, spellingsOf(run.relation), run.neutralizeFormulas === true)
  const bounds = { relation: relationRead(query, run), accountIds: [run.accountId], window }
  const { values, resultOf } = compileSelects(plan, bounds, scope, () =>
    rowLimit === null || rowLimit > dialect.largestLimit
      ? []
      : [scope.bind({ type: 'integer', value: BigInt(rowLimit) })],
  )

  return {
    dataset: plan.dataset,
    dialect: dialect.name,
    sql: resultOf(inParentheses(values)),
    parameters: scope.parameters,
    columns: plan.projection.map(({ header, field }) => ({ name: header, type: field.type })),
    window,
  }
}

/** What of its relation a run reads: without the files of which their folders say that none of their rows count. */
export function relationRead(query: CheckedQuery, run: QueryRun): Relation {
  const { relation, accountId } = run
  return pruneRelation(relation, { filter: query.plan, accountId, window: windowIn(query, run) })
}

/** The rows that a run looks at; `null` when all count. */
export function windowIn({ plan }: CheckedQuery, run: Pick<QueryRun, 'referenceAt' | 'window'>): QueryWindow | null {
  return plan.dateField === null ? null : windowOf(plan.timespan, run.referenceAt, run.window)
}

function smallest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
