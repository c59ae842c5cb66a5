import type { OrderKey } from '../plan/plan.ts'
import type { OrderNode } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'
import type { DatasetNames } from './names.ts'
import { checkName } from './select-list.ts'
import type { Selection } from './select-list.ts'

/**
 * Looks up what ORDER BY names. Rows can be ordered by any column; groups, and the rows that DISTINCT leaves, only by
 * what they have: the selected columns, and any metric if one is selected.
 */
export function checkOrder(
  orderBy: readonly OrderNode[],
  names: DatasetNames,
  selection: Selection,
  isDistinct: boolean,
  findings: Findings,
): readonly OrderKey[] {
  const { columns, hasMetric, isComplete } = selection
  return orderBy.flatMap(({ name, direction }) => {
    const field = checkName(name, names, findings)?.field
    if (field === undefined) return []
    if (isComplete && field.kind === 'metric' && !hasMetric) {
      findings.add(name.span, 'no_metric_selected', { metric: field.name, clause: 'ORDER BY' })
    }
    const isSelected = columns.some((column) => column.name === field.name)
    if (isComplete && field.kind === 'column' && (hasMetric || isDistinct) && !isSelected) {
      const reason = hasMetric ? 'grouping' : 'distinct'
      const selected = selection.projection.map(({ header }) => header)
      findings.add(name.span, 'order_not_selected', { name: name.name, reason, selected })
    }
    // DESC is the documented default, unlike SQL's.
    return [{ field, direction: direction ?? 'desc' }]
  })
}
