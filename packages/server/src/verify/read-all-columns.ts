import { checkQuery, compileQuery } from '@almanac/query'
import type { Column, Relation } from '@almanac/query'
import { invariant } from '../kernel/invariant.ts'
import type { CatalogDataset } from '../datasets/dataset.ts'

/**
 * SQL for the values of these columns, of all rows of all accounts, read and written exactly as an export does it:
 * it is what the language makes of a SELECT of them.
 */
export function readAllColumns(dataset: CatalogDataset, columns: readonly Column[], relation: Relation): string {
  const { accountColumn: _account, dateColumn: _date, defaultDateRange: _range, ...rest } = dataset
  const open = {
    ...rest,
    columns: columns.map(({ hidden: _hidden, ...column }) => column),
    metrics: [],
    dateRanges: [],
  }
  const text = `SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${dataset.name}`
  const checked = checkQuery(text, { datasets: [{ ...open, columnAliases: {} }], profile: 'partner-center' })
  invariant(checked.ok, `the columns of ${dataset.name} can be named`)
  const { sql, parameters } = compileQuery(checked.query, { relation, accountId: '', referenceAt: 0 })
  invariant(parameters.length === 0, 'nothing is filtered, so nothing is bound')
  return sql
}

/** Whether a query could name the column, were it not hidden: a hidden one may be called like a word of the language. */
export function isNameable(dataset: CatalogDataset, { name, type }: Column): boolean {
  const open = {
    ...dataset,
    columns: [{ name, type, booleanForms: ['0', '1'] as const }],
    metrics: [],
    columnAliases: {},
  }
  return checkQuery(`SELECT ${name} FROM ${dataset.name}`, { datasets: [open], profile: 'partner-center' }).ok
}
