import { aggregateOf } from './aggregate-of.ts'
import type { Column, ColumnType, Dataset, Metric } from '../dataset.ts'

const columnTypes = ['string', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const

/** What a test says of a dataset: names in the order in which the dataset lists them. */
export interface DatasetSketch extends Partial<Omit<Dataset, 'columns' | 'metrics'>> {
  readonly name: string
  readonly columns: string
  /** Names by type; all others are strings. */
  readonly types?: Partial<Record<ColumnType, string>>
  /** Booleans by their forms, `Yes/No` style: true first, as the documents have it. */
  readonly booleans?: Readonly<Record<string, string>>
  readonly hidden?: string
  /** Sums of hidden columns `<name>Value`. */
  readonly sums?: string
}

/** A dataset out of a few words: names are split at blanks. */
export function declareDataset(sketch: DatasetSketch): Dataset {
  const { columns, types = {}, booleans = {}, hidden = '', sums = '', ...rest } = sketch
  const typeOf = (name: string): ColumnType => columnTypes.find((type) => split(types[type]).includes(name)) ?? 'string'
  const column = (name: string): Column => {
    const forms = booleans[name]?.split('/')
    const [whenTrue, whenFalse] = forms ?? []
    if (whenTrue === undefined || whenFalse === undefined) return { name, type: typeOf(name) }
    return { name, type: 'boolean', booleanForms: [whenFalse, whenTrue] }
  }
  const metrics = split(sums).map((name): Metric => ({
    name,
    type: 'decimal',
    expression: aggregateOf('sum', `${name}Value`),
  }))
  return {
    nameAliases: [],
    columnAliases: {},
    accountColumn: 'PublisherId',
    dateRanges: ['LAST_MONTH', 'LAST_3_MONTHS', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'],
    timespans: 'rolling',
    ...rest,
    columns: [
      ...split(columns).map(column),
      ...split(hidden).map((name) => ({ ...column(name), hidden: true })),
      { name: 'PublisherId', type: 'string', hidden: true },
      ...metrics.map(({ name }): Column => ({ name: `${name}Value`, type: 'decimal', hidden: true })),
    ],
    metrics,
  }
}

function split(names = ''): readonly string[] {
  return names.split(/\s+/).filter((name) => name !== '')
}
