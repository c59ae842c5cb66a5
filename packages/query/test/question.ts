import * as fc from 'fast-check'
import type { Dataset } from '../src/index.ts'
import { arbitraryQuery, arbitraryQueryWith, arbitraryUndatedQuery } from '../src/testing/arbitrary-query.ts'
import { ratiosDataset } from '../src/testing/ratios-dataset.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import type { NaiveTimes } from './naive/time-range.ts'
import type { WorldKind } from './sales-world.ts'

/** The sales dataset with each kind of date column and of counting, and with metrics of every shape. */
export const questionDatasets = {
  dated: salesDataset,
  timed: { ...salesDataset, dateColumn: 'At' },
  calendar: { ...salesDataset, timespans: 'calendar' },
  /** Doesn't offer the documented default. */
  monthly: {
    ...salesDataset,
    dateRanges: salesDataset.dateRanges.filter((name) => name !== 'LAST_6_MONTHS'),
    defaultDateRange: 'LAST_MONTH',
  },
  undated: withoutDates(salesDataset),
  ratios: ratiosDataset,
} satisfies Record<string, Dataset>

/** A query and all that a run adds to it. */
export interface Question {
  readonly text: string
  readonly dataset: keyof typeof questionDatasets
  readonly source: WorldKind
  readonly run: NaiveTimes & { readonly rowLimit?: number }
}

// At the edges of days, months and leap years; the rows have days and times round them.
const instants = [
  '2024-05-31T10:30:00.000Z',
  '2024-05-31T00:00:00.000Z',
  '2024-02-29T23:59:59.999Z',
  '2024-06-01T00:00:00.000Z',
  '2025-01-31T12:00:00.000Z',
].map((text) => Date.parse(text))
const instant = fc.constantFrom(...instants)

const run = fc
  .tuple(
    instant,
    fc.option(fc.record({ startAt: instant, endAt: instant }, { requiredKeys: [] }), { freq: 8, nil: undefined }),
    fc.option(fc.integer({ min: 1, max: 20 }), { freq: 8, nil: undefined }),
  )
  .map(([referenceAt, window, rowLimit]) => ({
    referenceAt,
    ...(window === undefined ? {} : { window }),
    ...(rowLimit === undefined ? {} : { rowLimit }),
  }))

const textOn: Record<Question['dataset'], fc.Arbitrary<string>> = {
  dated: arbitraryQuery,
  timed: arbitraryQuery,
  calendar: arbitraryQuery,
  monthly: arbitraryQuery.map((text) => text.replace('TIMESPAN LAST_6_MONTHS', 'TIMESPAN LAST_7_DAYS')),
  undated: arbitraryUndatedQuery,
  ratios: arbitraryQueryWith({ metrics: ratiosDataset.metrics }),
}

export const arbitraryQuestion: fc.Arbitrary<Question> = fc
  .constantFrom(...(['dated', 'dated', 'timed', 'calendar', 'monthly', 'undated', 'ratios'] as const))
  .chain((dataset) =>
    fc.record({
      text: textOn[dataset],
      dataset: fc.constant(dataset),
      source: fc.oneof(
        { arbitrary: fc.constant<WorldKind>('parquet'), weight: 12 },
        { arbitrary: fc.constantFrom<WorldKind>('hive', 'table', 'values', 'lower', 'upper'), weight: 6 },
        // DuckDB takes 15 ms to find out how a CSV file is written.
        { arbitrary: fc.constantFrom<WorldKind>('csv', 'json'), weight: 2 },
      ),
      run,
    }),
  )

function withoutDates(dataset: Dataset): Dataset {
  const { dateColumn: _, ...undated } = dataset
  return undated
}
