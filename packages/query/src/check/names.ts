import { defaultBooleanForms } from '../dataset.ts'
import type { Column, Dataset, Metric } from '../dataset.ts'
import type { ColumnField, Field, MetricField } from '../plan/field.ts'
import { mapLeaves } from '../metric/metric-expression.ts'
import type { ProjectedField } from '../plan/plan.ts'

/** What a query may name of one dataset, in any case. */
export interface DatasetNames {
  readonly dataset: string
  /** `undefined` for a name that doesn't exist, and for one that is hidden: nobody can tell the two apart. */
  find(name: string): ProjectedField | undefined
  /** The names that the dataset lists: columns, then metrics. Not the hidden ones, not the aliases. */
  readonly listed: readonly string[]
  /** The columns of `SELECT *`. */
  readonly columns: readonly ProjectedField[]
  readonly dateField: ColumnField | null
}

export function namesOf(dataset: Dataset): DatasetNames {
  const columns = new Map(dataset.columns.map((column) => [key(column.name), column]))
  const visible = dataset.columns.filter(({ hidden }) => hidden !== true)
  const fields = new Map<string, Field>([
    ...dataset.metrics.map((metric) => [key(metric.name), metricField(metric, columns)] as const),
    // A column wins over a metric of the same name.
    ...visible.map((column) => [key(column.name), columnField(column)] as const),
  ])
  const aliases = new Map(Object.entries(dataset.columnAliases).map((entry) => [key(entry[0]), entry]))

  const find = (name: string): ProjectedField | undefined => {
    const field = fields.get(key(name))
    if (field !== undefined) return { header: field.name, field }
    const [alias, target] = aliases.get(key(name)) ?? []
    if (alias === undefined || target === undefined) return undefined
    const aliased = fields.get(key(target)) ?? retiredField(dataset, columns.get(key(target)))
    return aliased === undefined ? undefined : { header: alias, field: aliased }
  }

  return {
    dataset: dataset.name,
    find,
    listed: [...visible, ...dataset.metrics].map(({ name }) => name),
    columns: visible.map((column) => ({ header: column.name, field: columnField(column) })),
    dateField: dateFieldOf(dataset, columns),
  }
}

/** A hidden column that the dataset still answers to under an older name. Whose row it is never has one. */
function retiredField(dataset: Dataset, column: Column | undefined): ColumnField | undefined {
  if (column === undefined) return undefined
  const isAccount = dataset.accountColumn !== undefined && key(dataset.accountColumn) === key(column.name)
  return isAccount ? undefined : columnField(column)
}

function dateFieldOf(dataset: Dataset, columns: ReadonlyMap<string, Column>): ColumnField | null {
  if (dataset.dateColumn === undefined) return null
  const declared = columns.get(key(dataset.dateColumn))
  const type = declared?.type === 'timestamp' ? 'timestamp' : 'date'
  return columnField({ name: declared?.name ?? dataset.dateColumn, type })
}

function columnField({ name, type, booleanForms }: Column): ColumnField {
  return { kind: 'column', name, type, booleanForms: [...(booleanForms ?? defaultBooleanForms)] }
}

function metricField(metric: Metric, columns: ReadonlyMap<string, Column>): MetricField {
  const { name, type } = metric
  const expression = mapLeaves(metric.expression, (aggregate) => ({
    ...aggregate,
    argument:
      aggregate.argument &&
      mapLeaves(aggregate.argument, (leaf) => columnField(columns.get(key(leaf.name)) ?? { name: leaf.name, type })),
  }))
  return { kind: 'metric', name, type, expression }
}

function key(name: string): string {
  return name.toLowerCase()
}
