import { compileAccount } from './compile/compile-select.ts'
import type { Dialect } from './compile/dialect.ts'
import { dialectOf } from './compile/dialect-of.ts'
import { pruneRelation } from './compile/prune-relation.ts'
import { createScope, tables } from './compile/scope.ts'
import type { CompiledQuery } from './compiled-query.ts'
import type { Dataset, Relation } from './dataset.ts'

/**
 * Counts the rows of a dataset that an account may see, of all times. One row with one whole number; filtered as every
 * query is, so that nobody learns how many rows others have.
 */
export function compileCount(
  dataset: Dataset,
  { relation, accountId }: { readonly relation: Relation; readonly accountId: string },
  dialect: Dialect = dialectOf(relation),
): CompiledQuery {
  const scope = createScope(dialect, {}, false)
  const where = compileAccount(dataset.accountColumn ?? null, [accountId], scope).map((filter) => `WHERE ${filter}`)
  // A reader of text files wants to be told of a column at least.
  for (const { name, type } of dataset.columns.slice(0, 1)) scope.column(name, type)
  const select = `SELECT count(*) AS ${dialect.quoteName('rows')}`
  const filter = { accountColumn: dataset.accountColumn ?? null, dateField: null, rowFilter: [] }
  const pruned = pruneRelation(relation, { filter, accountId, window: null })
  const from = `FROM ${dialect.relation(pruned, scope.columns)} AS ${tables.files}`
  return {
    dataset: dataset.name,
    dialect: dialect.name,
    sql: [select, from, ...where].join('\n'),
    parameters: scope.parameters,
    columns: [{ name: 'rows', type: 'integer' }],
    window: null,
  }
}
