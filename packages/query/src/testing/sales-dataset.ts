import type { Dataset } from '../dataset.ts'

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
    { name: 'TotalPrice', type: 'decimal', aggregate: { function: 'sum', column: 'Price' } },
    { name: 'TotalWeight', type: 'decimal', aggregate: { function: 'sum', column: 'Weight' } },
    { name: 'MeanWeight', type: 'decimal', aggregate: { function: 'avg', column: 'Weight' } },
    { name: 'TotalQuantity', type: 'integer', aggregate: { function: 'sum', column: 'Quantity' } },
    { name: 'Largest', type: 'integer', aggregate: { function: 'max', column: 'Quantity' } },
    { name: 'Cheapest(USD)', type: 'decimal', aggregate: { function: 'min', column: 'Price' } },
    { name: 'Orders', type: 'integer', aggregate: { function: 'count', column: 'Name' } },
    { name: 'Customers', type: 'integer', aggregate: { function: 'countDistinct', column: 'Name' } },
  ],
  columnAliases: { Units: 'Quantity', Cost: 'Price', Total: 'TotalPrice', Legacy: 'Secret', Whose: 'Owner' },
  accountColumn: 'Owner',
  dateColumn: 'Day',
  dateRanges: ['TODAY', 'YESTERDAY', 'LAST_7_DAYS', 'LAST_MONTH', 'LAST_6_MONTHS', 'LAST_1_YEAR', 'LIFETIME'],
  timespans: 'rolling',
}
