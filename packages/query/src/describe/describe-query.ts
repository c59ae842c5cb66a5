import type { CheckedQuery } from '../check-query.ts'
import { defaultRangeOf } from '../check/timespan.ts'
import type { Dataset } from '../dataset.ts'
import type { ProjectedField } from '../plan/plan.ts'
import { windowDays, windowOf } from '../plan/window.ts'
import type { RequestedWindow } from '../plan/window.ts'
import { conditionWords, isoText } from './condition-words.ts'
import { metricWords } from './metric-words.ts'
import { publicNames } from './public-names.ts'
import type { NameOf } from './public-names.ts'
import type { DescribedColumn, DescribedWindow, QueryDescription } from './query-description.ts'
import { sentencesOf } from './sentences.ts'

/** What a run adds to what is described. */
export interface DescribedRun {
  /** Reference time of TIMESPAN; epoch milliseconds UTC. */
  readonly referenceAt: number
  /** QueryStartTime and QueryEndTime, as in `QueryRun`. */
  readonly window?: RequestedWindow
}

/**
 * Says what a query does: which rows of which time, how they are grouped, filtered and ordered, and what comes out. It is
 * safe to show to whoever wrote the query: no name of a hidden column is in it, and no account.
 */
export function describeQuery(query: CheckedQuery, run: DescribedRun): QueryDescription {
  const { dataset, plan, tree, extensions } = query
  const nameOf = publicNames(query)
  const isGrouped = plan.projection.some(({ field }) => field.kind === 'metric')
  const description = {
    dataset: dataset.name,
    ownRowsOnly: plan.accountColumn !== null,
    columns: plan.projection.map((projected) => describeColumn(projected, dataset, nameOf)),
    shape: plan.shape === 'rows' ? 'rows' : isGrouped ? 'groups' : 'distinct',
    groupedBy: plan.groupBy.map((field) => nameOf(field) ?? ''),
    rowFilters: plan.rowFilter.map((predicate) => conditionWords(predicate, nameOf)),
    groupFilters: plan.groupFilter.map((predicate) => conditionWords(predicate, nameOf)),
    window: describeWindow(query, run, nameOf),
    orderBy: plan.orderBy.map(({ field, direction }, index) => ({
      name: nameOf(field) ?? '',
      direction,
      byDefault: tree.orderBy[index]?.direction === null,
    })),
    limit: plan.limit,
    extensions,
  } as const
  return { ...description, words: sentencesOf(description, query) }
}

function describeColumn({ header, field }: ProjectedField, dataset: Dataset, nameOf: NameOf): DescribedColumn {
  const metric = field.kind === 'metric' ? dataset.metrics.find(({ name }) => name === field.name) : undefined
  const declared = metric ?? dataset.columns.find((column) => column.name === field.name)
  const name = nameOf(field)
  const isHidden = name !== field.name
  return {
    name: header,
    kind: field.kind,
    type: field.type,
    description: isHidden ? null : (declared?.description ?? null),
    workedOut: metric === undefined ? null : metricWords(metric, dataset),
    aliasOf: isHidden || header === name ? null : name,
  }
}

function describeWindow(
  { plan, tree, dataset }: CheckedQuery,
  { referenceAt, window: requested }: DescribedRun,
  nameOf: NameOf,
): DescribedWindow | null {
  if (plan.dateField === null) return null
  const window = windowOf(plan.timespan, referenceAt, requested)
  const isRequested = (requested?.startAt ?? requested?.endAt ?? null) !== null
  const origin = isRequested ? 'requested' : tree.timespan === null ? 'default' : 'timespan'
  const days = window !== null && plan.dateField.type === 'date' ? windowDays(window) : null
  return {
    column: isListed(dataset, plan.dateField.name) ? nameOf(plan.dateField) : null,
    type: plan.dateField.type === 'timestamp' ? 'timestamp' : 'date',
    origin,
    range: origin === 'requested' ? null : rangeName(tree.timespan, dataset),
    startAt: window?.startAt === undefined ? null : isoText(window.startAt),
    endAt: window?.endAt === undefined ? null : isoText(window.endAt),
    endInclusive: window?.endInclusive ?? false,
    firstDay: days?.first ?? null,
    lastDay: days?.last ?? null,
  }
}

function rangeName(timespan: CheckedQuery['tree']['timespan'], dataset: Dataset): string | null {
  if (timespan === null) return defaultRangeOf(dataset)
  return timespan.kind === 'range' ? timespan.name.name.toUpperCase() : null
}

function isListed({ columns }: Dataset, name: string): boolean {
  return columns.some((column) => column.name === name && column.hidden !== true)
}
