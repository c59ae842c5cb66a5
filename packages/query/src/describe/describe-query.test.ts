import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkQuery } from '../check-query.ts'
import type { CheckedQuery } from '../check-query.ts'
import { compileQuery } from '../compile-query.ts'
import type { Dataset } from '../dataset.ts'
import { arbitraryQuery } from '../testing/arbitrary-query.ts'
import { salesDataset } from '../testing/sales-dataset.ts'
import { describeQuery } from './describe-query.ts'
import type { DescribedRun } from './describe-query.ts'
import type { QueryDescription } from './query-description.ts'

const referenceAt = Date.parse('2024-05-31T10:30:00Z')

const shop: Dataset = {
  ...salesDataset,
  columns: salesDataset.columns.map((column) =>
    column.name === 'Quantity' ? { ...column, description: 'How many' } : column,
  ),
  metrics: salesDataset.metrics.map((metric) =>
    metric.name === 'TotalPrice' ? { ...metric, description: 'What was paid, taxes included' } : metric,
  ),
}

function check(text: string, dataset: Dataset = shop): CheckedQuery {
  const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.query
}

function describeText(text: string, dataset: Dataset = shop, run: Partial<DescribedRun> = {}): QueryDescription {
  return describeQuery(check(text, dataset), { referenceAt, ...run })
}

const where = (condition: string): string | undefined =>
  describeText(`SELECT Name, TotalPrice FROM Sales WHERE ${condition}`).rowFilters[0]

test('a query in words, from the rows that count to the lines that come out', () => {
  const { words } = describeText(
    `SELECT Name, Units, Legacy, Total FROM SalesV1
     WHERE Units > 5 AND (Name = 'a' OR Legacy != 'x') AND Total >= 100 AND Orders > 1
     ORDER BY Total, Name ASC LIMIT 10`,
  )
  expect(words.join('\n')).toMatchInlineSnapshot(`
    "Reads Sales, and of it only the rows of your own account.
    Rows count if Day is from 2023-11-30T00:00:00Z, included, to 2024-05-31T10:30:00Z, included (there is no TIMESPAN, and Sales then takes LAST_6_MONTHS). Those are the days 2023-11-30 to 2024-05-31, both included.
    A row counts only if Quantity is more than 5 and (Name is 'a' or Legacy is not 'x').
    Groups the rows, because a metric is selected: one line for each combination of Name, Quantity, Legacy.
    The columns are Name (text), Units (whole number, an older name of Quantity), Legacy (text), Total (metric, number, an older name of TotalPrice).
    Total: What was paid, taxes included. The sum of Price.
    A group appears only if TotalPrice is at least 100 and Orders is more than 1.
    Texts are compared without regard to case.
    !=, NOT IN, NOT LIKE and NOT BETWEEN leave out what has no value.
    Ordered by TotalPrice descending (the default), then Name ascending; lines without a value come last. Lines that are equal in that go by the selected columns, ascending.
    Gives at most 10 lines.
    Uses what the documented grammar does not have (profile open only): parentheses, OR."
  `)
})

test('the same as data', () => {
  expect(
    describeText('SELECT Units, Total FROM Sales WHERE Units > 5 ORDER BY Units TIMESPAN YESTERDAY'),
  ).toMatchObject({
    dataset: 'Sales',
    ownRowsOnly: true,
    columns: [
      { name: 'Units', kind: 'column', type: 'integer', description: 'How many', aliasOf: 'Quantity' },
      {
        name: 'Total',
        kind: 'metric',
        type: 'decimal',
        description: 'What was paid, taxes included',
        aliasOf: 'TotalPrice',
      },
    ],
    shape: 'groups',
    groupedBy: ['Quantity'],
    rowFilters: ['Quantity is more than 5'],
    groupFilters: [],
    window: {
      column: 'Day',
      type: 'date',
      origin: 'timespan',
      range: 'YESTERDAY',
      startAt: '2024-05-30T00:00:00Z',
      endAt: '2024-05-31T00:00:00Z',
      endInclusive: false,
      firstDay: '2024-05-30',
      lastDay: '2024-05-30',
    },
    orderBy: [{ name: 'Quantity', direction: 'desc', byDefault: true }],
    limit: null,
    extensions: [],
  })
})

describe('lines', () => {
  const shape = (text: string): string | undefined =>
    describeText(text).words.find((words) => /one line|Groups/.test(words))

  test('are rows, different rows, groups, or one', () => {
    expect(shape('SELECT Name FROM Sales')).toBe('Gives one line for each row; rows that are equal stay.')
    expect(shape('SELECT DISTINCT Name FROM Sales')).toContain('each different combination of Name')
    expect(shape('SELECT Name, Orders FROM Sales')).toContain('because a metric is selected')
    expect(shape('SELECT DISTINCT Name, Orders, Total FROM Sales')).toContain('because metrics are selected')
    expect(shape('SELECT Orders FROM Sales')).toContain('exactly one line')
  })

  test('have an order in any case', () => {
    const last = (text: string): string | undefined => describeText(text).words.at(-1)
    expect(last('SELECT Name FROM Sales')).toContain('keep the order of the source')
    expect(last('SELECT DISTINCT Name FROM Sales')).toContain('go by the selected columns')
    expect(last('SELECT Name FROM Sales ORDER BY Name DESC, City')).toBe(
      'Ordered by Name descending, then City descending (the default); lines without a value come last. ' +
        'Lines that are equal in that keep the order of the source.',
    )
    expect(last('SELECT Orders FROM Sales')).toBe('One line needs no order.')
    expect(last('SELECT Orders FROM Sales LIMIT 1')).toBe('Gives at most 1 line.')
  })
})

test.each([
  [`Name < 'a'`, `Name stands before 'a'`],
  [`Name LIKE 'it''s%'`, `Name matches the pattern 'it''s%'`],
  [`Name NOT LIKE 'a'`, `Name does not match the pattern 'a'`],
  ['Units IN (1, 2.50)', 'Quantity is one of 1, 2.5'],
  [`Units NOT IN ('007')`, 'Quantity is not 7'],
  [
    `Units IN (${Array.from({ length: 30 }, (_, index) => index).join(',')})`,
    'Quantity is one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 18 more',
  ],
  [`Price NOT BETWEEN 1 AND 2`, 'Price is not between 1 and 2 (both included)'],
  [`Day >= '2024-05-31T00:00:00Z'`, 'Day is not before 2024-05-31'],
  [`At > '2024-05-31T02:00:00+02:00'`, 'At is after 2024-05-31T00:00:00Z'],
  [`At = '1969-12-31 23:59:59.999999'`, 'At is 1969-12-31T23:59:59.999999Z'],
  [`At = '2024-05-31 00:00:01.500'`, 'At is 2024-05-31T00:00:01.500000Z'],
  [`IsNew = 'yes'`, 'IsNew is Yes'],
  [`IsPaid != '1'`, 'IsPaid is not 1'],
  [`IsPaid = 'False'`, 'IsPaid is compared with something other than 0 and 1 (no row passes)'],
  [`IsPaid != 'False'`, 'IsPaid is compared with something other than 0 and 1 (every row with a value passes)'],
  ['City IS NULL', 'City has no value'],
  [
    'NOT (City IS NOT NULL AND (Units = 1 OR Units = 2))',
    'not (City has a value and (Quantity is 1 or Quantity is 2))',
  ],
])('%s: %s', (condition, expected) => {
  expect(where(condition)).toBe(expected)
})

describe('the time that counts', () => {
  const time = (timespan: string, dataset: Dataset = shop, run: Partial<DescribedRun> = {}): string | undefined =>
    describeText(`SELECT Name FROM Sales ${timespan}`, dataset, run).words[1]

  test('is said to the instant, with what it means on a column of dates', () => {
    expect(time('')).toBe(
      'Rows count if Day is from 2023-11-30T00:00:00Z, included, to 2024-05-31T10:30:00Z, included ' +
        '(there is no TIMESPAN, and Sales then takes LAST_6_MONTHS). Those are the days 2023-11-30 to 2024-05-31, both included.',
    )
    expect(time('TIMESPAN LAST_MONTH', { ...shop, timespans: 'calendar' })).toBe(
      'Rows count if Day is from 2024-04-01T00:00:00Z, included, to 2024-05-01T00:00:00Z, not included ' +
        '(TIMESPAN LAST_MONTH, in whole calendar months). Those are the days 2024-04-01 to 2024-04-30, both included.',
    )
    expect(time(`TIMESPAN BETWEEN '2024-01-01' AND '2024-01-01'`, { ...shop, dateColumn: 'At' })).toBe(
      'Rows count if At is from 2024-01-01T00:00:00Z, included, to 2024-01-02T00:00:00Z, not included (TIMESPAN BETWEEN).',
    )
    expect(time('TIMESPAN lifetime')).toBe('Rows count whatever Day is (TIMESPAN LIFETIME).')
  })

  test('is what a run asks for, if it does', () => {
    const [start, end] = [Date.parse('2024-05-01T12:00:00Z'), Date.parse('2024-05-02T00:00:00Z')]
    const asked = '(this run asks for it, in place of TIMESPAN).'
    expect(time('TIMESPAN TODAY', shop, { window: { startAt: start } })).toBe(
      `Rows count if Day is 2024-05-01T12:00:00Z or later ${asked} That is from the day 2024-05-02 on.`,
    )
    expect(time('TIMESPAN TODAY', shop, { window: { endAt: end } })).toBe(
      `Rows count if Day is before 2024-05-02T00:00:00Z ${asked} That is up to the day 2024-05-01, included.`,
    )
    expect(time('TIMESPAN TODAY', shop, { window: { startAt: start, endAt: end } })).toContain('No day is in it.')
    expect(time('', shop, { window: { startAt: null, endAt: 9e18 } })).toContain('+275760')
    expect(time('', shop, { window: { startAt: null } })).toContain('then takes LAST_6_MONTHS')
  })

  test('is all time for a dataset without dates', () => {
    const { dateColumn: _, ...undated } = shop
    expect(time('', undated)).toBe('Sales has no dates: rows of all times count.')
    expect(describeText('SELECT Name FROM Sales', undated).window).toBeNull()
  })

  test('is that of compileQuery, whatever the query', () => {
    fc.assert(
      fc.property(arbitraryQuery, fc.integer({ min: 0, max: 4e12 }), (text, referenceAt) => {
        const query = check(text)
        const relation = { kind: 'files', format: 'parquet', paths: [] } as const
        const { window } = compileQuery(query, { relation, accountId: 'a', referenceAt })
        const described = describeQuery(query, { referenceAt }).window
        const at = (text: string | null | undefined) => (typeof text === 'string' ? Date.parse(text) : undefined)
        expect([at(described?.startAt), at(described?.endAt)]).toEqual([window?.startAt, window?.endAt])
        expect(described?.endInclusive).toBe(window?.endInclusive ?? false)
      }),
      { numRuns: 200, seed: 3 },
    )
  })
})

describe('what is hidden stays so', () => {
  test('a hidden column has the older name by which the query reaches it', () => {
    const text = `SELECT LEGACY FROM Sales WHERE legacy = 'x' ORDER BY Legacy`
    expect(describeText(text)).toMatchObject({
      columns: [{ name: 'Legacy', description: null, aliasOf: null }],
      rowFilters: [`Legacy is 'x'`],
      orderBy: [{ name: 'Legacy' }],
    })
  })

  test('no query brings the name of a hidden column, or the account, to light', () => {
    const hidden = {
      ...shop,
      columns: shop.columns.map((column) => ({ ...column, hidden: column.hidden === true || column.name === 'Day' })),
    }
    expect(describeText('SELECT Name FROM Sales', hidden).words[1]).toContain('the date of the row')
    fc.assert(
      fc.property(arbitraryQuery, (text) => {
        const { words, ...data } = describeText(text)
        // Nothing else of the tests has these words.
        expect(JSON.stringify([words, data])).not.toMatch(/Secret|Owner/)
        expect(words.every((sentence) => /^\p{L}|^!=/u.test(sentence) && sentence.endsWith('.'))).toBe(true)
      }),
      { numRuns: 400, seed: 5 },
    )
  })

  test("data of everyone is told from one's own", () => {
    const { accountColumn: _, ...everyones } = shop
    expect(describeText('SELECT Name FROM Sales', everyones).words[0]).toContain('the same for every account')
    expect(describeText('SELECT Name FROM Sales').words[0]).toContain('only the rows of your own account')
  })
})
