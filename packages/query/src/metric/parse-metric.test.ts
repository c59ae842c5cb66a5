import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Column } from '../dataset.ts'
import { aggregateOf } from '../testing/aggregate-of.ts'
import { parseMetric } from './parse-metric.ts'

const columns: readonly Column[] = [
  { name: 'Hours', type: 'integer' },
  { name: 'Price', type: 'decimal' },
  { name: 'Revenue(USD)', type: 'decimal', hidden: true },
  { name: 'Customer', type: 'string' },
  { name: 'Day', type: 'date' },
  { name: 'Distinct', type: 'integer' },
  { name: 'sum', type: 'integer' },
]

function read(text: string) {
  const result = parseMetric(text, columns)
  if (!result.ok) throw new Error(`${text}: ${result.message}`)
  return result
}

const of = (name: string) => ({ kind: 'column', name }) as const

describe('a metric', () => {
  test.each([
    ['sum(Hours)', aggregateOf('sum', 'Hours'), 'integer'],
    [' AVG ( hours ) ', aggregateOf('avg', 'Hours'), 'decimal'],
    ['sum(Revenue(usd))', aggregateOf('sum', 'Revenue(USD)'), 'decimal'],
    ['max(Price)', aggregateOf('max', 'Price'), 'decimal'],
    ['count(Customer)', aggregateOf('count', 'Customer'), 'integer'],
    ['count(Day)', aggregateOf('count', 'Day'), 'integer'],
    ['countdistinct(Customer)', aggregateOf('countDistinct', 'Customer'), 'integer'],
    ['count(distinct Customer)', aggregateOf('countDistinct', 'Customer'), 'integer'],
    ['count(Distinct)', aggregateOf('count', 'Distinct'), 'integer'],
    ['count(DISTINCT Distinct)', aggregateOf('countDistinct', 'Distinct'), 'integer'],
    ['sum(sum)', aggregateOf('sum', 'sum'), 'integer'],
    ['count(*)', { kind: 'aggregate', function: 'count', argument: null }, 'integer'],
  ] as const)('%s is one aggregate', (text, expression, type) => {
    expect(read(text)).toEqual({ ok: true, expression, type })
  })

  test('arithmetic binds as it does elsewhere, from left to right', () => {
    const [hours, price] = [aggregateOf('sum', 'Hours'), aggregateOf('sum', 'Price')]
    expect(read('sum(Hours) - sum(Price) - 1').expression).toEqual({
      kind: 'arithmetic',
      operator: '-',
      left: { kind: 'arithmetic', operator: '-', left: hours, right: price },
      right: { kind: 'number', text: '1' },
    })
    expect(read('sum(Hours) + sum(Price) * -2.50').expression).toEqual({
      kind: 'arithmetic',
      operator: '+',
      left: hours,
      right: {
        kind: 'arithmetic',
        operator: '*',
        left: price,
        right: { kind: 'negate', operand: { kind: 'number', text: '2.50' } },
      },
    })
    expect(read('(sum(Hours) + sum(Price)) / 2').expression).toMatchObject({ operator: '/', left: { operator: '+' } })
  })

  test('a function takes arithmetic over the columns of a row', () => {
    expect(read('sum(Price * (Hours - 1))').expression).toEqual({
      kind: 'aggregate',
      function: 'sum',
      argument: {
        kind: 'arithmetic',
        operator: '*',
        left: of('Price'),
        right: { kind: 'arithmetic', operator: '-', left: of('Hours'), right: { kind: 'number', text: '1' } },
      },
    })
  })

  test.each([
    ['sum(Hours) * 2 + count(*)', 'integer'],
    ['sum(Hours * Hours)', 'integer'],
    ['-sum(Hours)', 'integer'],
    ['sum(Hours) * 2.0', 'decimal'],
    ['sum(Hours) / count(*)', 'decimal'],
    ['sum(Hours / 2)', 'decimal'],
    ['avg(Hours) + 1', 'decimal'],
    ['sum(Hours + Price)', 'decimal'],
    ['count(Hours * Price)', 'integer'],
  ])('%s counts as %s', (text, type) => {
    expect(read(text).type).toBe(type)
  })
})

describe('what is refused', () => {
  test.each([
    [
      '',
      0,
      'expected a function: sum, count, countDistinct, min, max, avg with a column, like sum(Hours), but found the end',
    ],
    [
      'Hours',
      0,
      'expected a function: sum, count, countDistinct, min, max, avg with a column, like sum(Hours), but found Hours',
    ],
    [
      'median(Hours)',
      0,
      'expected a function: sum, count, countDistinct, min, max, avg with a column, like sum(Hours), but found median',
    ],
    ['sum(Hours', 9, 'expected ), but found the end'],
    ['sum(Hours))', 10, 'expected +, -, *, / or the end, but found )'],
    ['sum(Hours) sum(Price)', 11, 'expected +, -, *, / or the end, but found sum'],
    ['sum(*)', 4, 'expected the name of a column, but found *'],
    ['sum(Hours) % 2', 11, 'expected +, -, *, / or the end, but found %'],
    ['1 + 2', 0, 'it is the same for every group: use a function like sum'],
    ['sum(7)', 0, 'sum needs a column, not a number'],
    ['sum(max(Hours))', 4, "functions can't stand inside each other: max(…)"],
    ['sum(Hour)', 4, 'the dataset has no column Hour: did you mean Hours?'],
    ['sum(Hours) + sum(Hour)', 17, 'the dataset has no column Hour: did you mean Hours?'],
    ['sum(Revenue(EUR))', 4, 'the dataset has no column Revenue(EUR): did you mean Revenue(USD)?'],
    ['sum(Hours) * 1234567890.123456', 13, '1234567890.123456 has 16 digits, and at most 15 are allowed'],
    [
      'sum(Turnover)',
      4,
      'the dataset has no column Turnover: correct the name, or declare the column (it may be hidden)',
    ],
    ['sum(Customer)', 4, 'sum needs numbers, Customer is string'],
    ['max(Day)', 4, 'max needs numbers, Day is date'],
    ['count(Customer + 1)', 6, 'arithmetic needs numbers, Customer is string'],
    ['sum(Hours); DROP TABLE t', 10, 'expected +, -, *, / or the end, but found ;'],
    ['sum("Hours")', 4, 'expected the name of a column, but found "'],
  ])('%s, at its place and with what to do', (text, offset, message) => {
    expect(parseMetric(text, columns)).toEqual({ ok: false, offset, message })
  })

  test('what is too long or too deep', () => {
    expect(parseMetric('1'.repeat(1_001), columns)).toMatchObject({ ok: false, offset: 0 })
    expect(parseMetric(`${'('.repeat(33)}sum(Hours)${')'.repeat(33)}`, columns)).toMatchObject({
      ok: false,
      offset: 32,
    })
    expect(parseMetric(`${'('.repeat(32)}sum(Hours)${')'.repeat(32)}`, columns)).toMatchObject({ ok: true })
  })

  test('nothing is thrown, whatever the text', () => {
    const piece = fc.constantFrom(
      'sum',
      'count',
      '(',
      ')',
      '*',
      '+',
      '-',
      '/',
      ',',
      'Hours',
      'Revenue',
      'USD',
      '1',
      '.',
      ' ',
      'DISTINCT',
      "'",
      '🙂',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((parts) => parts.join('')),
        ),
        (text) => {
          const result = parseMetric(text, columns)
          expect(result.ok || result.offset <= text.length).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
