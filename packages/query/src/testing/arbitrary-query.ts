import * as fc from 'fast-check'
import { salesDataset } from './sales-dataset.ts'

// Texts of valid queries on the sales dataset, of every clause, operator and extension.

const columnNames = [
  'Name',
  'CITY',
  'quantity',
  'Units',
  'Price',
  'Cost',
  'Weight',
  'IsPaid',
  'IsNew',
  'Day',
  'At',
  'Legacy',
]
const metricNames = salesDataset.metrics.map(({ name }) => name)

const text = fc.oneof(
  fc.constantFrom(
    'Ann',
    'bob',
    'O’Neil',
    `it's`,
    '%',
    '_',
    '\\',
    '100%',
    `x' OR '1'='1`,
    `'; DROP TABLE t --`,
    '',
    ' ',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((value) => !value.includes('\0') && value.isWellFormed()),
)
const quotedText = text.map((value) => `'${value.replaceAll(`'`, `''`)}'`)
const number = fc.oneof(
  fc.integer({ min: -50, max: 50 }).map(String),
  fc.constantFrom('1.5', '-0.25', '100', '99999999999999999999', '0.000000000000000000001', '007'),
)
const day = fc.constantFrom(`'2024-01-15'`, `'2024-05-31'`, `'2023-12-31'`, `'1999-01-01'`)
const instant = fc.oneof(day, fc.constantFrom(`'2024-05-31T10:00:00Z'`, `'2024-05-30 23:59:59.999999+02:00'`))
const form = fc.constantFrom(`'1'`, `'0'`, '1', `'Yes'`, `'no'`, `'True'`, `'maybe'`)

const ordered = fc.constantFrom('=', '!=', '<', '<=', '>', '>=')

function conditionOn(name: string, literal: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const list = fc.array(literal, { minLength: 1, maxLength: 4 }).map((values) => `(${values.join(', ')})`)
  return fc.oneof(
    fc.tuple(ordered, literal).map(([operator, value]) => `${name} ${operator} ${value}`),
    fc.tuple(fc.constantFrom('IN', 'not in'), list).map(([operator, values]) => `${name} ${operator} ${values}`),
    fc.tuple(literal, literal).map(([low, high]) => `${name} BETWEEN ${low} AND ${high}`),
    fc.constantFrom(`${name} IS NULL`, `${name} is not null`),
  )
}

const like = fc
  .tuple(fc.constantFrom('LIKE', 'NOT LIKE'), quotedText)
  .map(([operator, value]) => `Name ${operator} ${value}`)
const boolean = fc.oneof(
  fc.tuple(fc.constantFrom('IsPaid', 'isnew'), fc.constantFrom('=', '!='), form).map((parts) => parts.join(' ')),
  fc.array(form, { minLength: 1, maxLength: 3 }).map((values) => `IsPaid IN (${values.join(',')})`),
)

const columnCondition = fc.oneof(
  conditionOn('Name', fc.oneof(quotedText, number)),
  conditionOn('Units', number),
  conditionOn('Price', number),
  conditionOn('weight', number),
  conditionOn('Day', day),
  conditionOn('At', instant),
  like,
  boolean,
)
const metricCondition = fc.constantFrom(...metricNames).chain((name) => conditionOn(name, number))

/** A tree of AND, OR, NOT and parentheses over conditions of one kind. */
function conditionTree(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' OR ')})`),
      fc.array(tie('tree'), { minLength: 2, maxLength: 3 }).map((terms) => `(${terms.join(' AND ')})`),
      tie('tree').map((term) => `NOT ${term}`),
    ),
  })).tree
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

const limit = clause('LIMIT', fc.integer({ min: 1, max: 50 }).map(String))
const timespan = clause(
  'TIMESPAN',
  fc.constantFrom(
    'LIFETIME',
    'LAST_6_MONTHS',
    'TODAY',
    'YESTERDAY',
    'LAST_1_YEAR',
    `BETWEEN '2023-01-01' AND '2024-05-01'`,
  ),
)
const from = fc.constantFrom(' FROM Sales', ' from salesv1')

const rowsQuery = fc
  .tuple(fc.array(fc.constantFrom(...columnNames), { minLength: 1, maxLength: 6 }), fc.boolean())
  .chain(([names, distinct]) =>
    fc.tuple(
      fc.constantFrom(`${distinct ? 'SELECT DISTINCT' : 'select'} ${names.join(',')}`),
      from,
      clause('WHERE', conditionTree(columnCondition)),
      orderBy(distinct ? names : columnNames),
      limit,
      timespan,
    ),
  )

const groupsQuery = fc
  .tuple(
    fc.array(fc.constantFrom(...columnNames), { maxLength: 4 }),
    fc.array(fc.constantFrom(...metricNames), { minLength: 1, maxLength: 3 }),
  )
  .chain(([names, metrics]) =>
    fc.tuple(
      fc.constant(`SELECT ${[...names, ...metrics].join(', ')}`),
      from,
      clause(
        'WHERE',
        fc
          .tuple(conditionTree(columnCondition), conditionTree(metricCondition))
          .map(([rows, groups]) => `${rows} AND ${groups}`),
      ),
      orderBy([...names, ...metricNames]),
      limit,
      timespan,
    ),
  )

const starQuery = fc.tuple(fc.constant('SELECT *'), from, clause('WHERE', conditionTree(columnCondition)), limit)

/** The text of a query that is right for the sales dataset in the profile `open`. */
export const arbitraryQuery: fc.Arbitrary<string> = fc
  .oneof(rowsQuery, groupsQuery, starQuery)
  .map((clauses) => clauses.join(''))
