import type { Dataset } from '../dataset.ts'
import { aggregateOf } from './aggregate-of.ts'

/** A dataset with a column of every type, a metric of every function, aliases and hidden columns. */
export const salesDataset: Dataset = {
  name: 'Sales',
  nameAliases: ['SalesV1'],
  columns: [
    { name: 'Name', type: 'string' },
    { name: 'City', type: 'string' },
    { name: 'Quantity', type: 'integer' },
    { name: 'Price', type: 'decimal' },
    { name: 'Weight', type: 'decimal' },
    { name: 'IsPaid', type: 'boolean', booleanForms: ['0', '1'] },
    { name: 'IsNew', type: 'boolean', booleanForms: ['No', 'Yes'] },
    { name: 'IsOpen', type: 'boolean' },
    { name: 'Day', type: 'date' },
    { name: 'At', type: 'timestamp' },
    { name: 'Secret', type: 'string', hidden: true },
    { name: 'Owner', type: 'string', hidden: true },
  ],
  metrics: [
    { name: 'TotalPrice', type: 'decimal', expression: aggregateOf('sum', 'Price') },
    { name: 'TotalWeight', type: 'decimal', expression: aggregateOf('sum', 'Weight') },
    { name: 'MeanWeight', type: 'decimal', expression: aggregateOf('avg', 'Weight') },
    { name: 'TotalQuantity', type: 'integer', expression: aggregateOf('sum', 'Quantity') },
    { name: 'Largest', type: 'integer', expression: aggregateOf('max', 'Quantity') },
    { name: 'Cheapest(USD)', type: 'decimal', expression: aggregateOf('min', 'Price') },
    { name: 'Orders', type: 'integer', expression: aggregateOf('count', 'Name') },
    { name: 'Customers', type: 'integer', expression: aggregateOf('countDistinct', 'Name') },
  ],
  columnAliases: { Units: 'Quantity', Cost: 'Price', Total: 'TotalPrice', Legacy: 'Secret', Whose: 'Owner' },
  accountColumn: 'Owner',
  dateColumn: 'Day',
  dateRanges: ['TODAY', 'YESTERDAY', 'LAST_7_DAYS', 'LAST_MONTH', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'],
  timespans: 'rolling',
}
