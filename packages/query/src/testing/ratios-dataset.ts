import type { Dataset, Metric } from '../dataset.ts'
import { parseMetric } from '../metric/parse-metric.ts'
import { salesDataset } from './sales-dataset.ts'

const metrics = {
  Rows: 'count(*)',
  Turnover: 'sum(Price * Quantity)',
  UnitPrice: 'sum(Price) / (count(Price) + 0.5)',
  Spread: 'max(Quantity) - min(Quantity)',
  Share: 'count(Name) * 100 / count(*)',
  Net: '-(sum(Quantity) - 1.5) * 2',
  Heaviest: 'max(Weight + Price)',
  Doubled: 'sum(Quantity * 2 + 1) - count(*)',
}

/** The sales dataset with metrics that are more than one aggregate of one column. */
export const ratiosDataset: Dataset = {
  ...salesDataset,
  name: 'Ratios',
  nameAliases: ['Sales', 'SalesV1'],
  metrics: Object.entries(metrics).map(([name, text]): Metric => {
    const parsed = parseMetric(text, salesDataset.columns)
    if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`)
    return { name, type: parsed.type, expression: parsed.expression }
  }),
  columnAliases: { Units: 'Quantity', Cost: 'Price', Legacy: 'Secret' },
}
