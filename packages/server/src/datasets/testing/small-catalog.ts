import type { Catalog } from '../catalog.ts'
import type { CatalogDataset, SystemQuery } from '../dataset.ts'

/** A dataset with an account column, a date column and one metric; `changes` replace parts of it. */
export function smallDataset(changes: Partial<CatalogDataset> = {}): CatalogDataset {
  return {
    program: 'cmp',
    name: 'Orders',
    title: 'Orders',
    description: 'Orders of the account',
    nameAliases: ['OrdersV2'],
    columns: [
      { name: 'AccountId', type: 'string', hidden: true },
      { name: 'OrderId', type: 'string' },
      { name: 'OrderDate', type: 'date' },
      { name: 'Amount', type: 'integer', hidden: true },
    ],
    metrics: [
      {
        name: 'TotalAmount',
        type: 'integer',
        expression: { kind: 'aggregate', function: 'sum', argument: { kind: 'column', name: 'Amount' } },
      },
    ],
    columnAliases: {},
    accountColumn: 'AccountId',
    dateColumn: 'OrderDate',
    dateRanges: ['LAST_MONTH', 'LAST_6_MONTHS', 'LIFETIME'],
    timespans: 'rolling',
    source: { kind: 'files', format: 'parquet', pattern: 'cmp/orders/*.parquet' },
    minimumRecurrenceIntervalHours: 1,
    ...changes,
  }
}

/** A system query of `cmp` on `Orders`; `changes` replace parts of it. */
export function smallSystemQuery(changes: Partial<SystemQuery> = {}): SystemQuery {
  return {
    id: 'q-orders',
    program: 'cmp',
    name: 'Orders report',
    description: 'All orders',
    text: 'SELECT OrderId FROM Orders TIMESPAN LIFETIME',
    createdAt: Date.UTC(2022, 2, 30),
    ...changes,
  }
}

/** A catalog of literals; its programs are those of its datasets. */
export function smallCatalog(
  datasets: readonly CatalogDataset[] = [smallDataset()],
  systemQueries: readonly SystemQuery[] = [smallSystemQuery()],
): Catalog {
  const programs = [...new Set(datasets.map((dataset) => dataset.program))]
  const datasetsOf = (program: string) => datasets.filter((dataset) => same(dataset.program, program))
  return {
    programs,
    datasetsOf,
    findDataset: (program, name) =>
      datasetsOf(program).find((dataset) => [dataset.name, ...dataset.nameAliases].some((known) => same(known, name))),
    systemQueriesOf: (program) => systemQueries.filter((query) => same(query.program, program)),
  }
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
