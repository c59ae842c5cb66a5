import type { ColumnField, MetricField } from '../plan/field.ts'
import type { Predicate } from '../plan/predicate.ts'
import type { Profile } from '../profile.ts'
import type { ConditionNode, NameNode } from '../syntax/tree.ts'
import { checkCondition } from './condition.ts'
import type { Findings } from './findings.ts'
import type { DatasetNames } from './names.ts'
import { checkName } from './select-list.ts'
import type { Selection } from './select-list.ts'

export interface Filters {
  /** On columns: before grouping. */
  readonly rowFilter: readonly Predicate<ColumnField>[]
  /** On metrics: after grouping. */
  readonly groupFilter: readonly Predicate<MetricField>[]
}

/**
 * Splits WHERE at its outermost ANDs into what filters rows and what filters groups. A condition that needs both at
 * once (an OR or NOT over columns and metrics) has no such place and is reported.
 */
export function checkFilters(
  where: ConditionNode | null,
  names: DatasetNames,
  selection: Selection,
  profile: Profile,
  findings: Findings,
): Filters {
  const rowFilter: Predicate<ColumnField>[] = []
  const groupFilter: Predicate<MetricField>[] = []
  for (const node of where === null ? [] : conjunctsOf(where)) {
    const used = namesIn(node)
    const found = used.map((name) => checkName(name, names, findings)?.field)
    const column = found.find((field) => field?.kind === 'column')
    const metric = found.find((field) => field?.kind === 'metric')
    if (column !== undefined && metric !== undefined) {
      findings.add(node.keyword, 'mixed_filter', { column: column.name, metric: metric.name })
    } else if (metric !== undefined) {
      checkMetricUse(used, names, selection, findings)
      const predicate = checkCondition(node, { resolve: (name) => metricOf(names, name), profile, findings })
      if (predicate !== undefined) groupFilter.push(predicate)
    } else {
      const predicate = checkCondition(node, { resolve: (name) => columnOf(names, name), profile, findings })
      if (predicate !== undefined) rowFilter.push(predicate)
    }
  }
  return { rowFilter, groupFilter }
}

/** Without a selected metric there are no groups to filter. */
function checkMetricUse(
  used: readonly NameNode[],
  names: DatasetNames,
  selection: Selection,
  findings: Findings,
): void {
  if (selection.hasMetric || !selection.isComplete) return
  for (const name of used) {
    const metric = metricOf(names, name)
    if (metric !== undefined) findings.add(name.span, 'no_metric_selected', { metric: metric.name, clause: 'WHERE' })
  }
}

/** The conditions that all must hold; parentheses round an AND change nothing. */
function conjunctsOf(node: ConditionNode): readonly ConditionNode[] {
  if (node.kind === 'and') return node.terms.flatMap(conjunctsOf)
  if (node.kind === 'parentheses') return conjunctsOf(node.term)
  return [node]
}

function namesIn(node: ConditionNode): readonly NameNode[] {
  if (node.kind === 'and' || node.kind === 'or') return node.terms.flatMap(namesIn)
  if (node.kind === 'not' || node.kind === 'parentheses') return namesIn(node.term)
  return [node.name]
}

function metricOf(names: DatasetNames, { name }: NameNode): MetricField | undefined {
  const field = names.find(name)?.field
  return field?.kind === 'metric' ? field : undefined
}

function columnOf(names: DatasetNames, { name }: NameNode): ColumnField | undefined {
  const field = names.find(name)?.field
  return field?.kind === 'column' ? field : undefined
}
