import type { ColumnField } from '../plan/field.ts'
import type { ProjectedField } from '../plan/plan.ts'
import type { NameNode, SelectList } from '../syntax/tree.ts'
import type { Findings } from './findings.ts'
import type { DatasetNames } from './names.ts'

/** What a query selects, and what follows from it for the other clauses. */
export interface Selection {
  readonly projection: readonly ProjectedField[]
  /** The selected columns, each once however often and under whatever name it is selected. */
  readonly columns: readonly ColumnField[]
  readonly hasMetric: boolean
  /** `false` when a selected name is unknown: it may have been meant as a metric, so nothing is concluded from it. */
  readonly isComplete: boolean
}

/** Looks up the selected names; each that the dataset doesn't have is reported. */
export function checkSelectList(select: SelectList, names: DatasetNames, findings: Findings): Selection {
  const found = select.kind === 'all' ? names.columns : select.names.map((node) => checkName(node, names, findings))
  const projection = found.filter((projected) => projected !== undefined)
  const fields = projection.map(({ field }) => field)
  const columns = new Map(fields.flatMap((field) => (field.kind === 'column' ? [[field.name, field]] : [])))
  return {
    projection,
    columns: [...columns.values()],
    hasMetric: fields.some(({ kind }) => kind === 'metric'),
    isComplete: projection.length === found.length,
  }
}

/** Looks up one name; one that the dataset doesn't have, or hides, is reported. */
export function checkName(node: NameNode, names: DatasetNames, findings: Findings): ProjectedField | undefined {
  const found = names.find(node.name)
  if (found === undefined) {
    findings.add(node.span, 'unknown_column', { name: node.name, dataset: names.dataset, known: names.listed })
  }
  return found
}
