import { describe, expect, test } from 'vitest'
import { checkQuery } from './check-query.ts'
import type { CheckedQuery } from './check-query.ts'
import type { Dataset } from './dataset.ts'
import type { Diagnostic } from './diagnostic.ts'
import { salesDataset } from './testing/sales-dataset.ts'

function check(text: string, dataset: Dataset = salesDataset): CheckedQuery {
  const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'))
  return result.query
}

function refusals(text: string, dataset: Dataset = salesDataset): readonly Diagnostic[] {
  const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
  return result.ok ? [] : result.diagnostics
}

const codes = (text: string, dataset?: Dataset): readonly string[] => refusals(text, dataset).map(({ code }) => code)

describe('names', () => {
  test('match in any case, and the result shows them as declared', () => {
    const { plan, datasetName } = check('select NAME, units, TOTALPRICE, cheapest(usd) from SALESV1')
    expect(datasetName).toBe('Sales')
    expect(plan.projection.map(({ header }) => header)).toEqual(['Name', 'Units', 'TotalPrice', 'Cheapest(USD)'])
  })

  test('an alias may stand for a metric or a retired column, never for the account column', () => {
    expect(check('SELECT Total, Legacy FROM Sales').plan).toMatchObject({
      shape: 'groups',
      groupBy: [{ name: 'Secret' }],
    })
    expect(codes('SELECT Whose FROM Sales')).toEqual(['unknown_column'])
  })

  test('a hidden column is told like one that does not exist, and is never proposed', () => {
    const [hidden] = refusals('SELECT Secret FROM Sales')
    const [unknown] = refusals('SELECT Secrex FROM Sales')
    expect(hidden?.message.replace('Secret', 'Secrex')).toBe(unknown?.message)
    expect(unknown?.nearestName).toBeUndefined()
    expect(unknown?.allowed).not.toContain('Secret')
  })

  test('the account column can be named where the dataset lists it, and filters all the same', () => {
    const listed = { ...salesDataset, columns: salesDataset.columns.map((column) => ({ ...column, hidden: false })) }
    expect(check('SELECT Owner FROM Sales', listed).plan.accountColumn).toBe('Owner')
  })

  test('SELECT * is all columns, no metric and nothing hidden', () => {
    const names = check('SELECT * FROM Sales').plan.projection.map(({ header }) => header)
    expect(names).toEqual(['Name', 'City', 'Quantity', 'Price', 'Weight', 'IsPaid', 'IsNew', 'IsOpen', 'Day', 'At'])
  })

  test('one column under two names groups once', () => {
    expect(check('SELECT Units, Quantity, quantity, Orders FROM Sales').plan.groupBy).toHaveLength(1)
  })
})

describe('diagnostics', () => {
  test('of all clauses come together, in the order of the text', () => {
    expect(
      codes(`SELECT Nme FROM Sales WHERE Quantity = 'x' AND IsPaid > 1 ORDER BY Wrong LIMIT 0 TIMESPAN LAST_9_DAYS`),
    ).toEqual([
      'unknown_column',
      'bad_literal',
      'operator_not_for_type',
      'unknown_column',
      'bad_limit',
      'unknown_range',
    ])
  })

  test('are at most twenty', () => {
    const wrong = Array.from({ length: 30 }, (_, index) => `Wrong${index}`).join(', ')
    expect(refusals(`SELECT ${wrong} FROM Sales`)).toHaveLength(20)
  })

  test('an unknown name in SELECT does not raise what may only follow from it', () => {
    expect(codes('SELECT Name, TotlPrice FROM Sales WHERE TotalPrice > 5 ORDER BY Orders')).toEqual(['unknown_column'])
  })

  test('are values: code, position, excerpt, hint, nearest name', () => {
    expect(refusals('SELECT Name,\n  Qantity\nFROM Sales')).toEqual([
      {
        code: 'unknown_column',
        message: 'Sales has no column or metric Qantity',
        position: { line: 2, column: 3, offset: 15, length: 7 },
        excerpt: '  Qantity\n  ^^^^^^^',
        hint: 'Did you mean Quantity?',
        nearestName: 'Quantity',
        allowed: expect.arrayContaining(['Quantity', 'TotalPrice']),
      },
    ])
  })
})

describe('sizes', () => {
  const list = (count: number): string => Array.from({ length: count }, () => '1').join(',')
  const names = (count: number): string => Array.from({ length: count }, () => 'Day').join(',')

  test('500 names and 1000 values are allowed, one more is not', () => {
    expect(codes(`SELECT ${names(500)} FROM Sales WHERE Units IN (${list(1000)})`)).toEqual([])
    expect(codes(`SELECT ${names(501)} FROM Sales`)).toEqual(['too_many_names'])
    expect(codes(`SELECT Day FROM Sales WHERE Units IN (${list(1001)})`)).toEqual(['too_many_values'])
  })

  test.each(['0', '-1', '1.5', '000'])('LIMIT %s is refused', (limit) => {
    expect(codes(`SELECT Name FROM Sales LIMIT ${limit}`)).toEqual(['bad_limit'])
  })

  test('a LIMIT beyond all numbers is no limit worth the name', () => {
    expect(check(`SELECT Name FROM Sales LIMIT ${'9'.repeat(40)}`).plan.limit).toBe(Number.MAX_SAFE_INTEGER)
  })
})

describe('metrics', () => {
  test('need a selected metric to filter or order', () => {
    expect(codes('SELECT Name FROM Sales WHERE Total > 1 ORDER BY Orders')).toEqual([
      'no_metric_selected',
      'no_metric_selected',
    ])
  })

  test('filter groups, columns filter rows, wherever they stand in the ANDs', () => {
    const { plan } = check(
      `SELECT Orders FROM Sales WHERE (Units = 1 AND (Total > 1 AND Name = 'a')) AND NOT Orders = 2`,
    )
    expect(plan.rowFilter).toHaveLength(2)
    expect(plan.groupFilter).toHaveLength(2)
  })

  test.each([
    'SELECT Orders FROM Sales WHERE Total > 1 OR Units = 1',
    'SELECT Orders FROM Sales WHERE NOT (Total > 1 AND Units = 1)',
    'SELECT Orders FROM Sales WHERE Units = 2 AND (Total > 1 OR (Units = 1 AND Orders = 1))',
  ])('share no OR or NOT with columns: %s', (text) => {
    expect(codes(text)).toEqual(['mixed_filter'])
  })
})

describe('order', () => {
  test('by a column under another of its names counts as selected', () => {
    expect(codes('SELECT DISTINCT Units FROM Sales ORDER BY Quantity')).toEqual([])
    expect(codes('SELECT DISTINCT Name FROM Sales ORDER BY Quantity')).toEqual(['order_not_selected'])
    expect(codes('SELECT Name, Orders FROM Sales ORDER BY Quantity, Total')).toEqual(['order_not_selected'])
  })
})

describe('timespan', () => {
  const range = (text: string, changes: Partial<Dataset> = {}): unknown =>
    check(`SELECT Name FROM Sales ${text}`, { ...salesDataset, ...changes }).plan.timespan

  test('is six months unless said otherwise, or the default of a dataset that does not offer them', () => {
    expect(range('')).toMatchObject({ range: { kind: 'months', count: 6 } })
    expect(range('', { dateRanges: ['LAST_7_DAYS'], defaultDateRange: 'LAST_7_DAYS' })).toMatchObject({
      range: { kind: 'days', count: 7 },
    })
    expect(range('', { dateRanges: ['last_6_months'], defaultDateRange: 'LIFETIME' })).toMatchObject({
      range: { count: 6 },
    })
    expect(range('', { dateRanges: [] })).toMatchObject({ range: { kind: 'months', count: 6 } })
  })

  test('is one that the dataset offers, in any case', () => {
    expect(range('timespan Last_7_Days')).toMatchObject({ range: { kind: 'days', count: 7 } })
    expect(refusals('SELECT Name FROM Sales TIMESPAN LAST_6_MONTH')).toMatchObject([
      { code: 'unknown_range', nearestName: 'LAST_6_MONTHS', allowed: salesDataset.dateRanges },
    ])
  })

  test('a dataset without dates takes none, LIFETIME aside', () => {
    const { dateColumn: _, ...undated } = salesDataset
    expect(check('SELECT Name FROM Sales', undated).plan.timespan).toBeNull()
    expect(codes('SELECT Name FROM Sales TIMESPAN TODAY', undated)).toEqual(['no_date_column'])
    expect(codes(`SELECT Name FROM Sales TIMESPAN BETWEEN '2024-01-01' AND '2024-01-02'`, undated)).toEqual([
      'no_date_column',
    ])
    expect(codes('SELECT Name FROM Sales TIMESPAN LIFETIME', undated)).toEqual([])
  })
})

describe('profiles', () => {
  const extended = [
    ['SELECT * FROM Sales', 'SELECT *'],
    ['SELECT Name FROM Sales WHERE Units = 1 OR Units = 2', 'OR'],
    ['SELECT Name FROM Sales WHERE NOT Units = 1', 'NOT'],
    ['SELECT Name FROM Sales WHERE (Units = 1)', 'parentheses'],
    ['SELECT Name FROM Sales WHERE Units IS NULL', 'IS NULL'],
    ['SELECT Name FROM Sales WHERE Units NOT BETWEEN 1 AND 2', 'BETWEEN'],
    [`SELECT Name FROM Sales TIMESPAN BETWEEN '2024-01-01' AND '2024-01-02'`, 'TIMESPAN BETWEEN'],
  ] as const

  test.each(extended)('%s: open marks it, partner-center refuses it by name', (text, name) => {
    expect(check(text).extensions).toEqual([name])
    const strict = checkQuery(text, { datasets: [salesDataset], profile: 'partner-center' })
    expect(strict).toMatchObject({ ok: false, diagnostics: [{ code: 'extension' }] })
    expect(strict.ok ? '' : strict.diagnostics[0]?.message).toContain(`has no ${name},`)
  })

  test('partner-center proposes no operator that it would refuse', () => {
    const result = checkQuery(`SELECT Name FROM Sales WHERE Units LIKE '1'`, {
      datasets: [salesDataset],
      profile: 'partner-center',
    })
    expect(result).toMatchObject({ ok: false, diagnostics: [{ allowed: expect.not.arrayContaining(['BETWEEN']) }] })
  })

  test('an extension is named once, however often it is used', () => {
    expect(
      check('SELECT Name FROM Sales WHERE (Units = 1 OR Units = 2) AND (Units = 1 OR Units = 3)').extensions,
    ).toEqual(['parentheses', 'OR'])
  })
})

describe('the plan', () => {
  test('is frozen to the last part, and the dataset it came from is not', () => {
    const { plan } = check(`SELECT IsPaid FROM Sales WHERE Name IN ('a', 'b')`)
    expect(Object.isFrozen(plan.rowFilter[0])).toBe(true)
    expect(Object.isFrozen(plan.projection[0]?.field)).toBe(true)
    expect(Object.isFrozen(salesDataset.columns[5]?.booleanForms)).toBe(false)
  })
})
