import { checkDatasetName } from './check/dataset-name.ts'
import { checkExtensions } from './check/extensions.ts'
import { checkFilters } from './check/filters.ts'
import { createFindings } from './check/findings.ts'
import { checkLimit } from './check/limit.ts'
import { namesOf } from './check/names.ts'
import { checkOrder } from './check/order.ts'
import { checkSelectList } from './check/select-list.ts'
import { checkSizes } from './check/sizes.ts'
import { checkTimespan } from './check/timespan.ts'
import type { Dataset } from './dataset.ts'
import type { Diagnostic } from './diagnostic.ts'
import { frozen } from './plan/frozen.ts'
import type { Plan } from './plan/plan.ts'
import type { Profile } from './profile.ts'
import { parseQuery } from './syntax/parse-query.ts'
import type { QueryTree } from './syntax/tree.ts'

/** What a query text is checked against: the datasets of one program, and the profile in force. */
export interface QuerySchema {
  readonly datasets: readonly Dataset[]
  readonly profile: Profile
}

/** A query that is right. Hand it to `compileQuery`; nothing else needs to know what is in its plan. */
export interface CheckedQuery {
  /** As the dataset is declared, whatever the query calls it. */
  readonly datasetName: string
  readonly dataset: Dataset
  /** As it was written. */
  readonly tree: QueryTree
  /** Names of the extensions that the text uses (`OR`, `BETWEEN` …), in the order of their first use; mostly none. */
  readonly extensions: readonly string[]
  readonly plan: Plan
}

export type CheckResult =
  | { readonly ok: true; readonly query: CheckedQuery }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] }

/**
 * Reads a query text and checks it: text → tree → checked plan. A syntax error is reported alone, the errors of the
 * check together, at most 20, in the order of the text. Never throws.
 */
export function checkQuery(text: string, schema: QuerySchema): CheckResult {
  const parsed = parseQuery(text)
  if (!parsed.ok) return parsed
  const { tree } = parsed

  const findings = createFindings(text)
  const extensions = checkExtensions(tree, schema.profile, findings)
  checkSizes(tree, findings)
  const dataset = checkDatasetName(tree.from, schema.datasets, findings)
  if (dataset === undefined) return { ok: false, diagnostics: findings.list() }

  const names = namesOf(dataset)
  const selection = checkSelectList(tree.select, names, findings)
  const { rowFilter, groupFilter } = checkFilters(tree.where, names, selection, schema.profile, findings)
  const orderBy = checkOrder(tree.orderBy, names, selection, tree.distinct, findings)
  const limit = checkLimit(tree.limit, findings)
  const timespan = checkTimespan(tree.timespan, dataset, findings)
  const diagnostics = findings.list()
  if (diagnostics.length > 0) return { ok: false, diagnostics }

  // DISTINCT is a grouping by everything selected; with a metric selected it changes nothing.
  const shape = selection.hasMetric || tree.distinct ? 'groups' : 'rows'
  const plan: Plan = {
    dataset: dataset.name,
    accountColumn: dataset.accountColumn ?? null,
    dateField: names.dateField,
    projection: selection.projection,
    shape,
    groupBy: shape === 'groups' ? selection.columns : [],
    rowFilter,
    groupFilter,
    orderBy,
    limit,
    timespan,
  }
  // The dataset is the caller's, not ours to freeze.
  const query = { datasetName: dataset.name, dataset, ...frozen({ tree, extensions, plan }) }
  return { ok: true, query: Object.freeze(query) }
}
