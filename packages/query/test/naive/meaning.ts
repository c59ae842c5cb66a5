import type { Column, ColumnType, Dataset, Metric } from '../../src/index.ts'

/** What a name of a query stands for. */
export type Meaning =
  | ({ readonly kind: 'column'; readonly header: string; readonly name: string } & Typed)
  | ({ readonly kind: 'metric'; readonly header: string; readonly name: string; readonly metric: Metric } & Typed)

interface Typed {
  readonly type: ColumnType
  /** How false and true are written. */
  readonly forms: readonly [whenFalse: string, whenTrue: string]
}

const plainForms = ['false', 'true'] as const

/** Looks a name up in a dataset: its columns, its metrics, its aliases, in any case. The query is right, so it is there. */
export function meaningIn(dataset: Dataset): (name: string) => Meaning {
  return (name) => {
    const known = find(dataset, name, false)
    if (known !== undefined) return known
    const alias = Object.entries(dataset.columnAliases).find(([alias]) => isCalled(alias, name))
    const aliased = alias === undefined ? undefined : find(dataset, alias[1], true)
    if (alias === undefined || aliased === undefined) throw new Error(`nothing is called ${name}`)
    return { ...aliased, header: alias[0] }
  }
}

/** What SELECT * means. */
export function allColumns(dataset: Dataset): readonly Meaning[] {
  return dataset.columns.filter(({ hidden }) => hidden !== true).map(columnMeaning)
}

function find(dataset: Dataset, name: string, takesHidden: boolean): Meaning | undefined {
  const column = dataset.columns.find(
    (column) => isCalled(column.name, name) && (takesHidden || column.hidden !== true),
  )
  if (column !== undefined) return columnMeaning(column)
  const metric = dataset.metrics.find((metric) => isCalled(metric.name, name))
  return (
    metric && { kind: 'metric', header: metric.name, name: metric.name, metric, type: metric.type, forms: plainForms }
  )
}

function columnMeaning({ name, type, booleanForms }: Column): Meaning {
  return { kind: 'column', header: name, name, type, forms: booleanForms ?? plainForms }
}

function isCalled(name: string, written: string): boolean {
  return name.toLowerCase() === written.toLowerCase()
}
