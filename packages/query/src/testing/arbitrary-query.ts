import * as fc from 'fast-check'
import type { Metric } from '../dataset.ts'
import { salesDataset } from './sales-dataset.ts'
import { salesTexts } from './sales-texts.ts'

// Texts of valid queries on the sales dataset: every clause, operator, type, alias and extension, in many spellings.

const columnNames = [
  'Name',
  'CITY',
  'quantity',
  'Units',
  'Price',
  'Cost',
  'Weight',
  'IsPaid',
  'isNew',
  'IsOpen',
  'Day',
  'At',
  'Legacy',
]

const text = fc.oneof(
  { arbitrary: fc.constantFrom(...salesTexts), weight: 6 },
  { arbitrary: fc.constantFrom('%', '_', '\\', `x' OR '1'='1`, `'; DROP TABLE t --`, ' ', '$1', 'İ', 'ẞ'), weight: 1 },
  {
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 8 })
      .filter((value) => !value.includes('\0') && value.isWellFormed()),
    weight: 1,
  },
)

/** A text as a query writes it: straight quotes mostly, curly ones as the documents have them. */
function quoted(value: string, style: 'straight' | 'curly' | 'right'): string {
  if (style === 'straight') return `'${value.replaceAll(`'`, `''`)}'`
  // Within curly quotes a straight one has to be doubled, and so has the one that closes.
  return `${style === 'curly' ? '‘' : '’'}${value.replaceAll(/['’]/g, '$&$&')}’`
}

const quoteStyle = fc.constantFrom('straight', 'straight', 'straight', 'curly', 'right')
const quotedText = fc.tuple(text, quoteStyle).map(([value, style]) => quoted(value, style))

/** A text changed into a pattern that may well match it. */
const pattern = fc
  .tuple(
    text,
    fc.constantFrom<(value: string) => string>(
      (value) => value,
      (value) => `%${value}%`,
      (value) => `${value.slice(0, 1)}%`,
      (value) => `%${value.slice(1)}`,
      (value) => Array.from(value, (character, index) => (index === 1 ? '_' : character)).join(''),
      (value) => value.replaceAll(/[\\%_]/g, String.raw`\$&`),
      (value) => `_${value.slice(1).toUpperCase()}%`,
      (value) => `${value}\\`,
      () => '_%',
      () => '___',
    ),
    quoteStyle,
  )
  .map(([value, change, style]) => quoted(change(value), style))

const wholeNumber = fc.oneof(
  fc.integer({ min: -12, max: 30 }).map(String),
  fc.integer({ min: -12, max: 30 }).map((value) => `'${value}'`),
  fc.constantFrom('100', '007', `'100.0'`, `'+5'`, '1.5', '-0.25', '99999999999999999999', '-9223372036854775809'),
)
const number = fc.oneof(
  wholeNumber,
  fc.integer({ min: -40, max: 400 }).map((value) => (value / 8).toFixed(4)),
  fc.constantFrom('0.1', `'0.3'`, '-0.0', '7.5', '0.0000001', '0.000000000000000000001', '123456789.12', `'1.50'`),
  fc.constantFrom('98765432101234.0003', '98765432101234.0004', '100000000000000000'),
)
const day = fc.oneof(
  fc.constantFrom(`'2024-01-15'`, `'2024-05-31'`, `'2023-12-31'`, `'1999-01-01'`, `'2024-02-29'`, `’2024-05-30’`),
  fc.constantFrom(`'2024-05-31T00:00:00Z'`, `'2024-05-30 00:00'`, `'2024-05-31T02:00:00+02:00'`),
)
const instant = fc.oneof(
  day,
  fc.constantFrom(
    `'2024-05-31T10:30:00Z'`,
    `'2024-05-31 10:30'`,
    `'2024-05-30 23:59:59.999999'`,
    `'2024-05-31t12:30:00.000001+0200'`,
    `'2024-05-31T00:00:00-05:30'`,
  ),
)
const form = fc.constantFrom(`'1'`, `'0'`, '1', '0', `'Yes'`, `'no'`, `'True'`, `'false'`, `'maybe'`, '01', `''`)

const ordered = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')
const glue = fc.constantFrom(' ', '', '\n\t')

function conditionOn(name: string, literal: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const list = fc.array(literal, { minLength: 1, maxLength: 5 }).map((values) => `(${values.join(', ')})`)
  return fc.oneof(
    {
      arbitrary: fc.tuple(ordered, literal, glue).map(([operator, value, blank]) => name + blank + operator + value),
      weight: 3,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom('IN', 'not in'), list).map((parts) => `${name} ${parts.join('')}`),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(fc.constantFrom('BETWEEN', 'NOT between'), literal, literal)
        .map(([between, low, high]) => `${name} ${between} ${low} AND ${high}`),
      weight: 1,
    },
    { arbitrary: fc.constantFrom(`${name} IS NULL`, `${name} is not null`), weight: 1 },
  )
}

const like = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('LIKE', 'NOT LIKE', 'like'), pattern)
    .map(([operator, value]) => `${name} ${operator} ${value}`)
const boolean = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(fc.constantFrom('=', '!='), form).map(([operator, value]) => `${name} ${operator} ${value}`),
    fc
      .tuple(fc.constantFrom('IN', 'NOT IN'), fc.array(form, { minLength: 1, maxLength: 3 }))
      .map(([operator, values]) => `${name} ${operator} (${values.join(',')})`),
    fc.constantFrom(`${name} IS NULL`, `${name} IS NOT NULL`),
  )

const columnCondition = fc.oneof(
  conditionOn('Name', fc.oneof(quotedText, quotedText, number)),
  conditionOn('city', quotedText),
  conditionOn('Legacy', quotedText),
  conditionOn('Units', wholeNumber),
  conditionOn('QUANTITY', wholeNumber),
  conditionOn('Price', number),
  conditionOn('cost', number),
  conditionOn('weight', number),
  conditionOn('Day', day),
  conditionOn('At', instant),
  like('Name'),
  like('City'),
  boolean('IsPaid'),
  boolean('isnew'),
  boolean('IsOpen'),
)
const metricCondition = (metrics: readonly Metric[]): fc.Arbitrary<string> =>
  fc.constantFrom(...metrics).chain(({ name, type }) => conditionOn(name, type === 'integer' ? wholeNumber : number))

/** A tree of AND, OR, NOT and parentheses over conditions of one kind. */
function conditionTree(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      { arbitrary: leaf, weight: 3 },
      {
        arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' OR ')})`),
        weight: 2,
      },
      {
        arbitrary: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' and ')})`),
        weight: 1,
      },
      { arbitrary: tie('tree').map((term) => `NOT ${term}`), weight: 1 },
    ),
  })).tree
}

/** Conditions that all must hold, each of them of one kind. */
function conjunction(...trees: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.array(fc.oneof(...trees), { minLength: 1, maxLength: 3 }).map((terms) => terms.join(' AND '))
}

const clause = (keyword: string, body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.option(body, { nil: undefined }).map((text) => (text === undefined ? '' : ` ${keyword} ${text}`))

const direction = fc.constantFrom('', ' ASC', ' desc')
const orderBy = (names: readonly string[]): fc.Arbitrary<string> =>
  clause(
    'ORDER BY',
    fc
      .array(
        fc.tuple(fc.constantFrom(...names), direction).map((parts) => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map((keys) => keys.join(', ')),
  )

const limit = clause('LIMIT', fc.oneof(fc.integer({ min: 1, max: 50 }).map(String), fc.constant('0099')))
const from = fc.constantFrom(' FROM Sales', ' from salesv1')
const end = fc.constantFrom('', '', '', ';', ' ;\n')

const ranges = clause(
  'TIMESPAN',
  fc.constantFrom(
    // More often than others, because it finds the most.
    'LIFETIME',
    'LIFETIME',
    'lifetime',
    'LAST_6_MONTHS',
    String.raw`LAST\_MONTH`,
    'Last_7_Days',
    'TODAY',
    'YESTERDAY',
    'LAST_1_YEAR',
    `BETWEEN '2023-01-01' AND '2024-05-01'`,
    `BETWEEN '2024-05-30' AND '2024-05-30'`,
    `BETWEEN '2023-11-30T12:00:00Z' AND '2024-05-31T10:30:00Z'`,
    `BETWEEN ‘2024-02-29’ AND '2024-05-31 00:00:00'`,
  ),
)

/** The metrics of the sales dataset, one of them also under its older name. */
const salesMetrics: readonly Metric[] = [
  ...salesDataset.metrics,
  ...salesDataset.metrics.slice(0, 1).map((metric) => ({ ...metric, name: 'total' })),
]

/**
 * The text of a query that is right for the sales dataset, or one with other metrics, in the profile `open`; with a
 * TIMESPAN clause, or `''` in its place.
 */
export function arbitraryQueryWith({
  timespan = ranges,
  metrics = salesMetrics,
}: {
  readonly timespan?: fc.Arbitrary<string>
  readonly metrics?: readonly Metric[]
}): fc.Arbitrary<string> {
  const metricNames = metrics.map(({ name }) => name)

  const rowsQuery = fc
    .tuple(fc.array(fc.constantFrom(...columnNames), { minLength: 1, maxLength: 6 }), fc.boolean())
    .chain(([names, distinct]) =>
      fc.tuple(
        fc.constant(`${distinct ? 'SELECT DISTINCT' : 'select'} ${names.join(',')}`),
        from,
        clause('WHERE', conjunction(conditionTree(columnCondition))),
        orderBy(distinct ? names : columnNames),
        limit,
        timespan,
        end,
      ),
    )

  const groupsQuery = fc
    .tuple(
      fc.array(fc.constantFrom(...columnNames), { maxLength: 4 }),
      fc.array(fc.constantFrom(...metricNames), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('SELECT', 'SELECT', 'SELECT', 'select distinct'),
    )
    .chain(([names, selected, select]) =>
      fc.tuple(
        fc.constant(`${select} ${[...names, ...selected].join(', ')}`),
        from,
        clause('WHERE', conjunction(conditionTree(columnCondition), conditionTree(metricCondition(metrics)))),
        orderBy([...names, ...metricNames]),
        limit,
        timespan,
        end,
      ),
    )

  const starQuery = fc.tuple(
    fc.constantFrom('SELECT *', 'SELECT DISTINCT *'),
    from,
    clause('WHERE', conditionTree(columnCondition)),
    orderBy(columnNames.filter((name) => name !== 'Legacy')),
    limit,
    timespan,
    end,
  )

  return fc
    .oneof(
      { arbitrary: rowsQuery, weight: 4 },
      { arbitrary: groupsQuery, weight: 4 },
      { arbitrary: starQuery, weight: 1 },
    )
    .map((clauses) => clauses.join(''))
}

export const arbitraryQuery: fc.Arbitrary<string> = arbitraryQueryWith({})

/** The same without a TIMESPAN, for a dataset without dates. */
export const arbitraryUndatedQuery: fc.Arbitrary<string> = arbitraryQueryWith({ timespan: fc.constant('') })
