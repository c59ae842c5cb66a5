import type { CheckedQuery } from './check-query.ts'
import { compileSelects, ownerName } from './compile/compile-select.ts'
import type { Dialect } from './compile/dialect.ts'
import { dialectOf } from './compile/dialect-of.ts'
import { createParameters } from './compile/parameters.ts'
import { createScope } from './compile/scope.ts'
import { spellingsOf } from './compile/spelling.ts'
import { windowIn } from './compile-query.ts'
import type { QueryRun } from './compile-query.ts'
import type { CompiledQuery, CompiledTogether } from './compiled-query.ts'

/** What the runs of one query have in common that fall due together; each account stands once. */
export interface QueryRuns extends Pick<QueryRun, 'relation' | 'referenceAt' | 'neutralizeFormulas'> {
  readonly accountIds: readonly string[]
}

/**
 * Makes two statements of a checked query that several accounts run at the same time over the same rows: one that reads
 * the rows of them all, each with whose it is, and one that makes an account's result of its part. They are the two halves
 * of the statement that `compileQuery` makes for one account, so the results are the same to the byte.
 *
 * `null` where rows are everyone's, and for fewer than two accounts.
 */
export function compileTogether(
  query: CheckedQuery,
  runs: QueryRuns,
  dialect: Dialect = dialectOf(runs.relation),
): CompiledTogether | null {
  const { plan } = query
  const { relation, accountIds } = runs
  if (plan.accountColumn === null || accountIds.length < 2) return null
  const window = windowIn(query, runs)
  const scope = createScope(dialect, spellingsOf(relation), runs.neutralizeFormulas === true)
  const ofPart = createParameters()
  const { values, resultOf } = compileSelects(plan, { relation, accountIds, window }, scope, () => {
    const limit = plan.limit === null ? null : ({ type: 'integer', value: BigInt(plan.limit) } as const)
    return limit === null ? [] : [dialect.parameter(limit, () => ofPart.add(limit))]
  })
  const result: CompiledQuery = {
    dataset: plan.dataset,
    dialect: dialect.name,
    sql: resultOf(partName),
    parameters: ofPart.list,
    columns: plan.projection.map(({ header, field }) => ({ name: header, type: field.type })),
    window,
  }
  return {
    scan: { sql: values, parameters: scope.parameters },
    ownerName,
    passedNames: scope.passed.map((_, index) => `c${index + 1}`),
    partName,
    result,
  }
}

const partName = 'part'
