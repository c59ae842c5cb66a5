import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { QueryRun, Relation } from '../src/index.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { copyTo, openDuckDb, rowsOf } from './duckdb.ts'
import type { Row } from './duckdb.ts'
import { compileText, newFolder, referenceAt, writeRows } from './sales-files.ts'
import type { SalesRow } from './sales-files.ts'

const folder = newFolder()
let connection: DuckDBConnection
let files = 0

beforeAll(async () => {
  connection = await openDuckDb(2)
})

function write(rows: readonly SalesRow[]): Promise<Relation> {
  files += 1
  return writeRows(connection, join(folder, `rows-${files}.parquet`), rows)
}

function answer(text: string, relation: Relation, run: Partial<QueryRun> = {}): Promise<readonly Row[]> {
  return rowsOf(connection, compileText(text, { relation, ...run }))
}

async function names(where: string, relation: Relation): Promise<readonly unknown[]> {
  const rows = await answer(`SELECT Name FROM Sales WHERE ${where} ORDER BY Name ASC`, relation)
  return rows.map(([name]) => name)
}

describe('values in their file form', () => {
  test('dates, timestamps and booleans are written as declared', async () => {
    const relation = await write([
      {
        Day: `DATE '2024-02-29'`,
        At: `TIMESTAMP '2024-02-29 23:59:58'`,
        IsPaid: 'true',
        IsNew: 'false',
        IsOpen: 'true',
      },
      { Day: `DATE '2024-03-01'`, At: `TIMESTAMP '2024-03-01 00:00:00.00012'`, IsPaid: 'false', IsNew: 'true' },
    ])
    expect(await answer('SELECT Day, At, IsPaid, IsNew, IsOpen, Name FROM Sales', relation)).toEqual([
      ['2024-02-29', '2024-02-29T23:59:58Z', '1', 'No', 'true', null],
      ['2024-03-01', '2024-03-01T00:00:00.000120Z', '0', 'Yes', null, null],
    ])
  })

  test.each([
    ['1.5e-7', '0.00000015'],
    ['-2.5e-9', '-0.0000000025'],
    ['1e16', '10000000000000000'],
    ['1.2345678901234568e17', '123456789012345680'],
    ['-0.0', '0'],
    ['100', '100'],
    ['0.1', '0.1'],
    ['123456789.12', '123456789.12'],
    ["'nan'", null],
    ["'-inf'", null],
  ])('the double %s is written %s, never with an exponent', async (double, written) => {
    const relation = await write([{ Weight: `${double}::DOUBLE` }])
    expect(await answer('SELECT Weight FROM Sales', relation)).toEqual([[written]])
  })

  test('exact decimals keep every digit and lose only zeros that carry nothing', async () => {
    const relation = await write([{ Price: '12345678901234.5600' }, { Price: '100' }, { Price: '-0.0100' }, {}])
    const written = await answer('SELECT Price FROM Sales', relation)
    expect(written).toEqual([['12345678901234.56'], ['100'], ['-0.01'], [null]])
  })

  test('timestamps with a time zone come out in UTC', async () => {
    const path = join(folder, 'zoned.parquet')
    await connection.run(`COPY (SELECT 'me' AS Owner, DATE '2024-05-31' AS Day,
      TIMESTAMPTZ '2024-05-31 12:00:00+02' AS "At") TO '${path}' (FORMAT parquet)`)
    const relation: Relation = { kind: 'files', format: 'parquet', paths: [path] }
    expect(await answer(`SELECT At FROM Sales WHERE At = '2024-05-31T10:00:00Z'`, relation)).toEqual([
      ['2024-05-31T10:00:00Z'],
    ])
  })

  test('a name selected twice appears twice, an alias under its own name', async () => {
    const relation = await write([{ Name: `'a'`, Quantity: '3' }])
    const query = compileText('SELECT name, UNITS, Quantity, Name FROM Sales', { relation })
    const path = join(folder, 'twice.csv')
    await copyTo(connection, query, path)
    expect(readFileSync(path, 'utf8')).toBe('Name,Units,Quantity,Name\na,3,3,a\n')
  })
})

describe('conditions', () => {
  let people: Relation

  beforeAll(async () => {
    people = await write([
      { Name: `'Ann'`, City: `'Oslo'`, Quantity: '1', IsPaid: 'true', IsNew: 'true' },
      { Name: `'bob'`, City: `'OSLO'`, Quantity: '2', IsPaid: 'false', IsNew: 'false' },
      { Name: `'Cid'`, City: `'100% wool_'`, Quantity: '3' },
      { Name: `'dan'`, Quantity: '10', IsPaid: 'true' },
    ])
  })

  test.each([
    [`City = 'oslo'`, ['Ann', 'bob']],
    [`City != 'oslo'`, ['Cid']],
    [`City IN ('OSLO', 'Rome')`, ['Ann', 'bob']],
    [`City NOT IN ('OSLO', 'Rome')`, ['Cid']],
    [`City LIKE 'os%'`, ['Ann', 'bob']],
    [`City NOT LIKE 'OS__'`, ['Cid']],
    [`City LIKE '100\\% wool\\_'`, ['Cid']],
    [`City LIKE '100\\%'`, []],
    [`City LIKE '%\\'`, []],
    [`NOT City = 'oslo'`, ['Cid']],
    [`City IS NULL`, ['dan']],
    [`City IS NOT NULL AND NOT (City = 'oslo' OR Quantity = 3)`, []],
    [`Name > 'B'`, ['bob', 'Cid', 'dan']],
    [`Name BETWEEN 'ANN' AND 'BOB'`, ['Ann', 'bob']],
    [`City = ' Oslo'`, []],
  ])('texts compare without case, and NULL is not unequal: %s', async (where, expected) => {
    expect(await names(where, people)).toEqual(expected)
  })

  test.each([
    ['IsPaid = 1', ['Ann', 'dan']],
    [`IsPaid = '1'`, ['Ann', 'dan']],
    [`IsPaid = 'True'`, []],
    [`IsPaid != 'True'`, ['Ann', 'bob', 'dan']],
    [`IsPaid != '1'`, ['bob']],
    [`IsNew = 'yes'`, ['Ann']],
    [`IsNew IN ('No', 'maybe')`, ['bob']],
    [`IsNew NOT IN ('maybe')`, ['Ann', 'bob']],
    [`NOT IsNew = 'maybe'`, ['Ann', 'bob']],
  ])('booleans compare by their declared forms: %s', async (where, expected) => {
    expect(await names(where, people)).toEqual(expected)
  })

  test.each([
    ['Quantity > 1.5', ['bob', 'Cid', 'dan']],
    [`Quantity = '10'`, ['dan']],
    ['Quantity < 99999999999999999999', ['Ann', 'bob', 'Cid', 'dan']],
    ['Quantity > 0.0000000000000000000000000000000000000000000000001', ['Ann', 'bob', 'Cid', 'dan']],
    ['Quantity IN (1, 3.0, 7)', ['Ann', 'Cid']],
    ['Quantity NOT BETWEEN 2 AND 3', ['Ann', 'dan']],
    ['Name = 5', []],
    [`Quantity = 1 OR Quantity = 2 AND Name = 'bob'`, ['Ann', 'bob']],
    [`(Quantity = 1 OR Quantity = 2) AND Name = 'bob'`, ['bob']],
  ])('numbers compare as numbers, AND binds before OR: %s', async (where, expected) => {
    expect(await names(where, people)).toEqual(expected)
  })

  test('a number on a text column compares as the text it is', async () => {
    const relation = await write([{ Name: `'007'` }, { Name: `'7'` }])
    expect(await names('Name = 007', relation)).toEqual(['007'])
  })

  test('a thousand list values and a thousand conditions run', async () => {
    const list = Array.from({ length: 1000 }, (_, index) => index + 3).join(',')
    expect(await names(`Quantity IN (${list})`, people)).toEqual(['Cid', 'dan'])
    const chain = Array.from({ length: 1000 }, () => 'Units>2').join(' OR ')
    expect(await names(chain, people)).toEqual(['Cid', 'dan'])
  })

  test('conditions may be nested as deep as they are allowed to', async () => {
    expect(await names(`${'('.repeat(64)}Quantity = 1${')'.repeat(64)}`, people)).toEqual(['Ann'])
    expect(await names(`${'NOT '.repeat(64)}Quantity = 1`, people)).toEqual(['Ann'])
  })

  test('whatever a text has, = and an escaped LIKE find exactly it', async () => {
    const hostile = [
      `'`,
      `''`,
      `\\`,
      `\\\\'`,
      `"`,
      `%`,
      `_`,
      `%_\\`,
      `'; DROP TABLE sales; --`,
      `$1`,
      `\n`,
      `\t`,
      `‘’`,
      'ß',
      '漢字',
      '😀',
      'e\u0301',
      '\u202E',
      '  ',
    ]
    const texts = [
      ...hostile,
      ...fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), { numRuns: 200, seed: 1 }),
    ].filter((text) => !text.includes('\0') && text.isWellFormed())
    const relation = await write(texts.map((text) => ({ Name: `'${text.replaceAll(`'`, `''`)}'` })))
    for (const text of new Set(texts)) {
      const literal = text.replaceAll(`'`, `''`)
      const equal = await names(`Name = '${literal}'`, relation)
      expect(equal).toContain(text)
      expect(new Set(equal.map((found) => String(found).toLowerCase())).size).toBe(1)
      const pattern = literal.replaceAll(/[\\%_]/g, String.raw`\$&`)
      expect(await names(`Name LIKE '${pattern}'`, relation)).toEqual(equal)
    }
  })
})

describe('groups', () => {
  let sales: Relation

  beforeAll(async () => {
    sales = await write([
      { City: `'Oslo'`, Name: `'Ann'`, Quantity: '1', Price: '0.1', Weight: '0.1' },
      { City: `'Oslo'`, Name: `'Ann'`, Quantity: '2', Price: '0.2', Weight: '0.2' },
      { City: `'Rome'`, Name: `'Bob'`, Quantity: '5', Price: '7.5', Weight: `'nan'::DOUBLE` },
      { Name: `'Cid'`, Quantity: '9', Price: '2' },
    ])
  })

  test('a metric groups by the selected columns; NULL is a group, and comes last', async () => {
    const rows = await answer('SELECT City, TotalPrice, TotalWeight, MeanWeight, Orders, Customers FROM Sales', sales)
    expect(rows).toEqual([
      ['Oslo', '0.3', '0.3', '0.15', '2', '1'],
      ['Rome', '7.5', null, null, '1', '1'],
      [null, '2', null, null, '1', '1'],
    ])
  })

  test('WHERE on a column filters rows, on a metric groups, selected or not', async () => {
    expect(await answer('SELECT City, Orders FROM Sales WHERE Quantity < 9 AND Total >= 0.3', sales)).toEqual([
      ['Oslo', '2'],
      ['Rome', '1'],
    ])
    expect(await answer('SELECT City, Orders FROM Sales WHERE TotalPrice = 0.3', sales)).toEqual([['Oslo', '2']])
    expect(await answer('SELECT City, Orders FROM Sales WHERE TotalWeight = 0.3', sales)).toEqual([['Oslo', '2']])
    expect(await answer('SELECT City, Orders FROM Sales WHERE TotalWeight IS NULL', sales)).toEqual([
      ['Rome', '1'],
      [null, '1'],
    ])
    expect(
      await answer(
        'SELECT City, Orders FROM Sales WHERE (Largest > 8 OR Cheapest(USD) < 1) AND NOT Quantity = 2',
        sales,
      ),
    ).toEqual([
      ['Oslo', '1'],
      [null, '1'],
    ])
  })

  test('groups are ordered by any metric, DESC unless said otherwise', async () => {
    const cities = async (order: string): Promise<readonly unknown[]> =>
      (await answer(`SELECT City, Orders FROM Sales ORDER BY ${order}`, sales)).map(([city]) => city)
    expect(await cities('TotalQuantity')).toEqual([null, 'Rome', 'Oslo'])
    expect(await cities('TotalQuantity ASC')).toEqual(['Oslo', 'Rome', null])
    expect(await cities('TotalWeight ASC')).toEqual(['Oslo', 'Rome', null])
  })

  test('metrics alone are one row, over no rows as well', async () => {
    expect(await answer('SELECT TotalQuantity, Orders FROM Sales', sales)).toEqual([['17', '4']])
    expect(await answer('SELECT TotalQuantity, Orders FROM Sales WHERE Quantity > 99', sales)).toEqual([[null, '0']])
  })

  test('sums of exact numbers are exact, sums of doubles show no digits of their rounding', async () => {
    const relation = await write([
      { Price: '98765432101234.0001', Weight: '123456.78' },
      { Price: '0.0002', Weight: '123456789.12' },
    ])
    const text = 'SELECT TotalPrice, TotalWeight, Cheapest(USD), MeanWeight FROM Sales'
    expect(await answer(text, relation)).toEqual([['98765432101234.0003', '123580245.9', '0.0002', '61790122.95']])
  })

  test('DISTINCT leaves each row once; without it duplicates stay', async () => {
    expect(await answer('SELECT City FROM Sales', sales)).toEqual([['Oslo'], ['Oslo'], ['Rome'], [null]])
    expect(await answer('SELECT DISTINCT City FROM Sales', sales)).toEqual([['Oslo'], ['Rome'], [null]])
    expect(await answer('SELECT DISTINCT City, Orders FROM Sales ORDER BY City LIMIT 1', sales)).toEqual([
      ['Rome', '1'],
    ])
  })

  test('a preview takes the smaller of its own limit and the LIMIT', async () => {
    expect(await answer('SELECT Name FROM Sales', sales, { rowLimit: 2 })).toHaveLength(2)
    expect(await answer('SELECT Name FROM Sales LIMIT 3', sales, { rowLimit: 2 })).toHaveLength(2)
    expect(await answer('SELECT Name FROM Sales LIMIT 1', sales, { rowLimit: 2 })).toHaveLength(1)
  })
})

describe('order', () => {
  test('is by the value and not by its text, DESC unless said otherwise, NULL last either way', async () => {
    const relation = await write([{ Quantity: '9' }, { Quantity: '10' }, {}, { Quantity: '-1' }])
    expect(await answer('SELECT Quantity FROM Sales ORDER BY Quantity', relation)).toEqual([
      ['10'],
      ['9'],
      ['-1'],
      [null],
    ])
    expect(await answer('SELECT Quantity FROM Sales ORDER BY Units ASC', relation)).toEqual([
      ['-1'],
      ['9'],
      ['10'],
      [null],
    ])
    const weights = await write([{ Weight: '9' }, { Weight: '1e-7' }, { Weight: '10' }])
    expect(await answer('SELECT Weight FROM Sales ORDER BY Weight', weights)).toEqual([['10'], ['9'], ['0.0000001']])
  })

  test('of texts is without case, then exact', async () => {
    const relation = await write([{ Name: `'b'` }, { Name: `'A'` }, { Name: `'B'` }, { Name: `'a'` }])
    expect(await names(`Name != 'x'`, relation)).toEqual(['A', 'a', 'B', 'b'])
  })

  test('may be by a column that is not selected', async () => {
    const relation = await write([
      { Name: `'a'`, Quantity: '1' },
      { Name: `'b'`, Quantity: '2' },
    ])
    expect(await answer('SELECT Name FROM Sales ORDER BY Quantity', relation)).toEqual([['b'], ['a']])
  })
})

describe('the window', () => {
  const days = ['2023-11-29', '2023-11-30', '2024-04-29', '2024-04-30', '2024-05-30', '2024-05-31', '2024-06-01']
  let byDay: Relation
  let byTime: Relation
  const timed = { ...salesDataset, dateColumn: 'At' }

  beforeAll(async () => {
    byDay = await write(days.map((day) => ({ Name: `'${day}'`, Day: `DATE '${day}'` })))
    const times = [
      '2024-05-29 23:59:59.999999',
      '2024-05-30 00:00:00',
      '2024-05-30 23:59:59.999999',
      '2024-05-31 00:00:00',
      '2024-05-31 10:30:00',
      '2024-05-31 10:30:00.000001',
    ]
    byTime = await write(times.map((time) => ({ At: `TIMESTAMP '${time}'` })))
  })

  test.each([
    ['', days.slice(1, 6)],
    ['TIMESPAN LAST_6_MONTHS', days.slice(1, 6)],
    ['TIMESPAN LAST_MONTH', days.slice(3, 6)],
    ['TIMESPAN TODAY', ['2024-05-31']],
    ['TIMESPAN YESTERDAY', ['2024-05-30']],
    ['TIMESPAN LIFETIME', days],
    [`TIMESPAN BETWEEN '2023-11-30' AND '2024-04-29'`, ['2023-11-30', '2024-04-29']],
  ])('filters days, that of the reference time included: %s', async (timespan, expected) => {
    const rows = await answer(`SELECT Name FROM Sales ${timespan}`, byDay)
    expect(rows.map(([name]) => name)).toEqual(expected)
  })

  test.each([
    ['TODAY', ['2024-05-31T00:00:00Z', '2024-05-31T10:30:00Z']],
    ['YESTERDAY', ['2024-05-30T00:00:00Z', '2024-05-30T23:59:59.999999Z']],
  ])('filters times up to the reference time itself: %s', async (timespan, expected) => {
    const rows = await rowsOf(
      connection,
      compileText(`SELECT At FROM Sales TIMESPAN ${timespan}`, { relation: byTime }, timed),
    )
    expect(rows.map(([at]) => at)).toEqual(expected)
  })

  test('is replaced by the one that a run asks for, its end not included', async () => {
    const startAt = Date.parse('2023-11-30T00:00:00Z')
    const endAt = Date.parse('2024-05-31T00:00:00Z')
    const found = async (window: NonNullable<QueryRun['window']>): Promise<readonly unknown[]> =>
      (await answer('SELECT Name FROM Sales TIMESPAN TODAY', byDay, { window })).map(([name]) => name)
    expect(await found({ startAt, endAt })).toEqual(days.slice(1, 5))
    expect(await found({ startAt, endAt: null })).toEqual(days.slice(1))
    expect(await found({ endAt })).toEqual(days.slice(0, 5))
    expect(await found({ startAt: endAt, endAt: startAt })).toEqual([])
    expect(await found({ startAt: null, endAt: null })).toEqual(['2024-05-31'])
  })

  test('is none on a dataset without dates', async () => {
    const { dateColumn: _, ...undated } = salesDataset
    const query = compileText('SELECT Name FROM Sales', { relation: byDay, window: { startAt: referenceAt } }, undated)
    expect(query.window).toBeNull()
    expect(await rowsOf(connection, query)).toHaveLength(days.length)
  })
})

describe('files that are text', () => {
  const rows: readonly SalesRow[] = [
    {
      Name: `'007'`,
      Quantity: '3',
      Price: '1.5',
      Weight: '0.25',
      IsPaid: 'true',
      At: `TIMESTAMP '2024-05-31 01:02:03'`,
    },
    { Name: `''`, Owner: `'me'` },
    { Name: `'canary'`, Owner: `'other'` },
  ]
  const text = 'SELECT Name, Quantity, Price, Weight, IsPaid, Day, At FROM Sales ORDER BY Quantity'
  const expected = [
    ['007', '3', '1.5', '0.25', '1', '2024-05-31', '2024-05-31T01:02:03Z'],
    ['', null, null, null, null, '2024-05-31', null],
  ]

  test.each([
    ['csv', 'FORMAT csv, HEADER'],
    ['json', 'FORMAT json'],
  ] as const)('are read with the declared types: %s', async (format, options) => {
    const path = join(folder, `it's.${format}`)
    await writeRows(connection, path.replaceAll(`'`, `''`), rows, options)
    const relation: Relation = { kind: 'files', format, paths: [path] }
    expect(await answer(text, relation)).toEqual(expected)
    expect(await answer('SELECT Orders FROM Sales', relation)).toEqual([['2']])
  })

  test('a CSV may write booleans in words', async () => {
    const path = join(folder, 'words.csv')
    await connection.run(
      `COPY (SELECT 'me' AS "Owner", '2024-05-31' AS "Day", v AS "IsNew" FROM (VALUES ('Yes'), ('No')) AS words(v)) TO '${path}' (FORMAT csv, HEADER)`,
    )
    const relation: Relation = { kind: 'files', format: 'csv', paths: [path] }
    expect(await answer(`SELECT IsNew FROM Sales`, relation)).toEqual([['Yes'], ['No']])
  })
})
