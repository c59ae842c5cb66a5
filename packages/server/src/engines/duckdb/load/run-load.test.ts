import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { constants, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoredColumn } from '../../../datasets/versions/dataset-version.ts'
import type { LoadOutcome } from '../../../datasets/versions/load-engine.ts'
import { openWorkbench, salesColumns, salesHeader, type Workbench } from './testing/open-workbench.ts'

let bench: Workbench
beforeAll(async () => {
  bench = await openWorkbench()
})
afterAll(() => bench.close())

type Written = Extract<LoadOutcome, { kind: 'written' }>

function written(outcome: LoadOutcome): Written {
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.mistakes))
  return outcome
}

const rowsOf = async (outcome: LoadOutcome) => bench.rows(written(outcome).part.path)
const csv = (...lines: readonly string[]) => `${[salesHeader, ...lines].join('\n')}\n`
const storedAs = (columns: readonly StoredColumn[]) => Object.fromEntries(columns.map((c) => [c.name, c.storedAs]))

const goodLine = 'a,pen,2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z'
const goodRow = ['a', 'pen', '2024-05-01', '3', '1.2500', true, '2024-05-01 10:00:00']

describe('a file that is right', () => {
  test('becomes a part of the declared types, sorted by account and date, and otherwise in the order of the file', async () => {
    const file = await bench.file(
      'order.csv',
      csv(
        'b,late,2024-05-03,1,1,Yes,2024-05-01T10:00:00Z',
        'b,none,,2,2,No,',
        'a,second,2024-05-02,3,3,yes,2024-05-01 10:00:00.1234567',
        'b,early,2024-05-01,4,4,true,2024-05-01T10:00:00+02:00',
        'a,first,2024-05-02,5,5,0,2024-05-01',
      ),
    )
    const outcome = written(await bench.load([file]))
    expect(await rowsOf(outcome)).toEqual([
      ['a', 'second', '2024-05-02', '3', '3.0000', true, '2024-05-01 10:00:00.123456'],
      ['a', 'first', '2024-05-02', '5', '5.0000', false, '2024-05-01 00:00:00'],
      ['b', 'early', '2024-05-01', '4', '4.0000', true, '2024-05-01 08:00:00'],
      ['b', 'late', '2024-05-03', '1', '1.0000', true, '2024-05-01 10:00:00'],
      ['b', 'none', null, '2', '2.0000', false, null],
    ])
    expect(storedAs(outcome.columns)).toEqual({
      Account: 'VARCHAR',
      Item: 'VARCHAR',
      SoldOn: 'DATE',
      Units: 'BIGINT',
      Price: 'DECIMAL(18,4)',
      Paid: 'BOOLEAN',
      At: 'TIMESTAMP',
    })
    expect(await bench.query(`SELECT column_type FROM (DESCRIBE FROM read_parquet('${outcome.part.path}'))`)).toEqual(
      outcome.columns.map((column) => [column.storedAs]),
    )
    expect(outcome).toMatchObject({ rowsRead: 5, accounts: 2, merged: false, part: { rows: 5 } })
  })

  test('has the length and the digest of its bytes, and leaves nothing else behind', async () => {
    const { part } = written(await bench.load([await bench.file('plain.csv', csv(goodLine))]))
    const bytes = readFileSync(part.path)
    expect(part.sizeBytes).toBe(bytes.length)
    expect(part.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
    expect(readdirSync(dirname(part.path))).toEqual(['part'])
  })

  test('gives the same bytes each time', async () => {
    const lines = Array.from(
      { length: 50_000 },
      (_, i) => `a${i % 7},item ${i % 13},2024-05-0${1 + (i % 9)},${i},${i / 4},No,`,
    )
    const file = await bench.file('many.csv', csv(...lines))
    const digests = new Set<string>()
    for (let run = 0; run < 4; run += 1) digests.add(written(await bench.load([file])).part.sha256)
    expect(digests.size).toBe(1)
  })

  test.each([
    [
      'with quotes, line breaks and two quotes inside',
      'a,"a ""b"",\nc",2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z',
      'a "b",\nc',
    ],
    ['with the empty text, which is not no value', 'a,"",2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z', ''],
    ['without a value', 'a,,2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z', null],
    ['with blanks, which are part of a text', 'a, pen ,2024-05-01, 3 , 1.25 ,Yes,2024-05-01T10:00:00Z', ' pen '],
    ['with leading zeros, which are part of a text', 'a,007,2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z', '007'],
    ['with a text that only looks like none', 'a,NULL,2024-05-01,3,1.25,Yes,2024-05-01T10:00:00Z', 'NULL'],
  ])('may be CSV %s', async (_, line, item) => {
    const rows = await rowsOf(await bench.load([await bench.file('text.csv', csv(line))]))
    expect(rows).toEqual([[...goodRow.slice(0, 1), item, ...goodRow.slice(2)]])
  })

  test.each([
    ['a byte order mark', 'mark.csv', `\uFEFF${csv(goodLine)}`],
    ['line ends of Windows', 'windows.csv', csv(goodLine).replaceAll('\n', '\r\n')],
    ['no line end at its end', 'no-end.csv', csv(goodLine).trimEnd()],
    [
      'a comma at the end of each line',
      'comma.csv',
      csv(`${goodLine},`, `${goodLine},`).replace(`\n${goodLine},\n`, '\n'),
    ],
    ['empty lines', 'empty-lines.csv', csv('', goodLine, '', '')],
    [
      'its columns in another order and casing',
      'order.csv',
      `at,PAID,price,Units,SOLDON,item,account\n${goodLine.split(',').toReversed().join(',')}\n`,
    ],
    ['all of it in quotes', 'quotes.csv', csv(goodLine).replaceAll(/[^,\n]+/g, '"$&"')],
    ['gzip', 'packed.csv.gz', csv(goodLine)],
  ])('may be CSV with %s', async (_, name, content) => {
    expect(await rowsOf(await bench.load([await bench.file(name, content)]))).toEqual([goodRow])
  })

  test('may be TSV', async () => {
    const file = await bench.file('sales.tsv', csv(goodLine).replaceAll(',', '\t'), 'tsv')
    expect(await rowsOf(await bench.load([file]))).toEqual([goodRow])
  })

  const goodObject = {
    Account: 'a',
    Item: 'pen',
    SoldOn: '2024-05-01',
    Units: 3,
    Price: 1.25,
    Paid: true,
    At: '2024-05-01T10:00:00Z',
  }
  test.each([
    ['an array', 'array.json', JSON.stringify([goodObject], null, 2)],
    ['an object a line', 'lines.ndjson', `${JSON.stringify(goodObject)}\n`],
    ['gzip', 'packed.json.gz', JSON.stringify([goodObject])],
    ['texts for numbers', 'texts.json', JSON.stringify([{ ...goodObject, Units: '3', Price: '1.25', Paid: 'yes' }])],
    ['whole numbers that are written as fractions', 'fraction.json', JSON.stringify([goodObject]).replace('3', '3.0')],
  ])('may be JSON: %s', async (_, name, content) => {
    expect(await rowsOf(await bench.load([await bench.file(name, content, 'json')]))).toEqual([goodRow])
  })

  test('of JSON may lack a value in some objects, and have any text in it', async () => {
    const text = 'a "b" \\ \n é { [ 😀'
    const file = await bench.file(
      'holes.json',
      JSON.stringify([
        { ...goodObject, Item: text },
        { Account: 'a', SoldOn: null, Units: 4 },
      ]),
      'json',
    )
    expect(await rowsOf(await bench.load([file]))).toEqual([
      [...goodRow.slice(0, 1), text, ...goodRow.slice(2)],
      ['a', null, null, '4', null, null, null],
    ])
  })

  test.each([
    [
      'its own types',
      'own.parquet',
      'a',
      `3::SMALLINT AS Units, 1.25::DECIMAL(9,2) AS Price, true AS Paid, TIMESTAMP '2024-05-01 10:00:00' AS At`,
    ],
    [
      'floating numbers',
      'floating.parquet',
      'a',
      `3::DOUBLE AS Units, 1.25::DOUBLE AS Price, 1 AS Paid, TIMESTAMPTZ '2024-05-01 10:00:00+00' AS At`,
    ],
    ['texts', 'texts.parquet', 'a', `'3' AS Units, '1.25' AS Price, 'YES' AS Paid, '2024-05-01T10:00:00Z' AS At`],
  ])('may be Parquet with %s', async (_, name, account, others) => {
    const path = join(bench.folder, name)
    await bench.query(
      `COPY (SELECT '${account}' AS account, 'pen' AS Item, DATE '2024-05-01' AS SoldOn, ${others}) TO '${path}' (FORMAT parquet)`,
    )
    expect(await rowsOf(await bench.load([{ path, name, format: 'parquet', gzipped: false }]))).toEqual([goodRow])
  })

  test('may be several, of several formats: their rows are sorted together, and follow the order of the files', async () => {
    const one = await bench.file('one.csv', csv(goodLine.replace('pen', 'one')))
    const two = await bench.file(
      'two.json',
      JSON.stringify([
        { ...goodObject, Item: 'two' },
        { ...goodObject, Account: '0' },
      ]),
      'json',
    )
    const rows = await rowsOf(await bench.load([one, two]))
    expect(rows.map(([account, item]) => [account, item])).toEqual([
      ['0', 'pen'],
      ['a', 'one'],
      ['a', 'two'],
    ])
  })

  test('of no rows is taken where that is allowed', async () => {
    const outcome = written(await bench.load([await bench.file('none.csv', csv())], { allowNoRows: true }))
    expect(outcome).toMatchObject({ rowsRead: 0, accounts: 0, part: { rows: 0 } })
    expect(await rowsOf(outcome)).toEqual([])
  })

  test('of a dataset without account and date keeps its order', async () => {
    const columns = [{ name: 'Item', type: 'string' }] as const
    const outcome = await bench.load([await bench.file('items.csv', 'Item\nb\na\n')], {
      columns,
      accountColumn: null,
      dateColumn: null,
    })
    expect(await rowsOf(outcome)).toEqual([['b'], ['a']])
    expect(written(outcome).accounts).toBeNull()
  })

  test('may have columns too many where they are to be passed over', async () => {
    const file = await bench.file('extra.csv', `Note,${salesHeader}\nx,${goodLine}\n`)
    expect(await rowsOf(await bench.load([file], { ignoreExtraColumns: true }))).toEqual([goodRow])
  })
})

describe('a decimal', () => {
  const priceIn = async (...prices: readonly string[]) => {
    const lines = prices.map((price) => `a,pen,2024-05-01,1,${price},No,`)
    const outcome = written(await bench.load([await bench.file('prices.csv', csv(...lines))]))
    const rows = await rowsOf(outcome)
    return [storedAs(outcome.columns)['Price'], ...rows.map((row) => row[4])]
  }

  test.each([
    [
      ['19.99', '-0.05', '.5', '5.', '+7'],
      ['DECIMAL(18,4)', '19.9900', '-0.0500', '0.5000', '5.0000', '7.0000'],
    ],
    [['0.1234567'], ['DECIMAL(18,7)', '0.1234567']],
    [['1.500000000000000000000000000000'], ['DECIMAL(18,4)', '1.5000']],
    [['123456789012345678.5'], ['DECIMAL(38,4)', '123456789012345678.5000']],
    [
      ['123456789012345678', '0.123'],
      ['DECIMAL(38,4)', '123456789012345678.0000', '0.1230'],
    ],
    [['00000000000000000000000000000000000000001.5'], ['DECIMAL(18,4)', '1.5000']],
    [
      ['1e-7', '2.5E3', '-12e+2'],
      ['DECIMAL(18,7)', '0.0000001', '2500.0000000', '-1200.0000000'],
    ],
    [
      ['123456789012345678901234567890', '0.123456789'],
      ['DOUBLE', 1.2345678901234568e29, 0.123456789],
    ],
  ])('%j is held as %j', async (prices, held) => {
    expect(await priceIn(...prices)).toEqual(held)
  })

  test('of JSON is the number that everyone reads, and one that has lost digits is refused', async () => {
    const object = (price: string) =>
      `{"Account":"a","Item":"x","SoldOn":null,"Units":null,"Price":${price},"Paid":null,"At":null}`
    const file = await bench.file('exact.json', `[${object('0.1')},${object('1e-7')}]`, 'json')
    expect((await rowsOf(await bench.load([file]))).map((row) => row[4])).toEqual(['0.1000000', '0.0000001'])
    const lost = await bench.file('lost.json', `[${object('12345678901234567.89')}]`, 'json')
    expect(await bench.mistakesOf([lost])).toEqual([
      'lost.json, row 1, column Price: "12345678901234568.0" is not a number such as 1234.56',
    ])
    const text = await bench.file('text.json', `[${object('"12345678901234567.89"')}]`, 'json')
    expect((await rowsOf(await bench.load([text]))).map((row) => row[4])).toEqual(['12345678901234567.8900'])
  })
})

describe('an append', () => {
  const line = (account: string, item: string, price: string) => `${account},${item},2024-05-01,1,${price},No,`
  const earlierOf = ({ part, columns }: Written, merge = false) => ({
    paths: [part.path],
    columns,
    rows: part.rows,
    merge,
  })

  test('makes a part of the new rows alone, and counts the accounts of both', async () => {
    const first = written(
      await bench.load([await bench.file('first.csv', csv(line('a', 'old', '1.5'), line('b', 'old', '2')))]),
    )
    const next = written(
      await bench.load([await bench.file('next.csv', csv(line('c', 'new', '0.1234'), line('a', 'new', '3')))], {
        earlier: earlierOf(first),
      }),
    )
    expect(next).toMatchObject({ merged: false, rowsRead: 2, accounts: 3, part: { rows: 2 } })
    expect(next.columns.map(({ storedAs }) => storedAs)).toEqual(first.columns.map(({ storedAs }) => storedAs))
  })

  test('of values that a decimal of the parts has no room for writes all rows anew, in a type that has', async () => {
    const first = written(await bench.load([await bench.file('first.csv', csv(line('b', 'old', '99999999999999.5')))]))
    const next = written(
      await bench.load([await bench.file('next.csv', csv(line('a', 'new', '0.1234567')))], {
        earlier: earlierOf(first),
      }),
    )
    expect(next).toMatchObject({ merged: true, rowsRead: 1, accounts: 2, part: { rows: 2 } })
    expect(storedAs(next.columns)['Price']).toBe('DECIMAL(38,7)')
    expect((await rowsOf(next)).map((row) => [row[0], row[4]])).toEqual([
      ['a', '0.1234567'],
      ['b', '99999999999999.5000000'],
    ])
  })

  test('merges the parts when it is asked to, the older rows before the newer ones of the same day', async () => {
    const first = written(
      await bench.load([await bench.file('first.csv', csv(line('a', 'older', '1'), line('b', 'b', '1')))]),
    )
    const next = written(
      await bench.load([await bench.file('next.csv', csv(line('a', 'newer', '1')))], {
        earlier: earlierOf(first, true),
      }),
    )
    expect(next).toMatchObject({ merged: true, accounts: 2 })
    expect((await rowsOf(next)).map((row) => row[1])).toEqual(['older', 'newer', 'b'])
  })
})

describe('a wrong value is refused with its line, its column and what was expected', () => {
  const cases: readonly (readonly [column: string, value: string, problem: string])[] = [
    ['SoldOn', '2024-02-30', '"2024-02-30" is not a date such as 2024-05-31'],
    ['SoldOn', '31/05/2024', '"31/05/2024" is not a date such as 2024-05-31'],
    ['SoldOn', '2024-5-1', '"2024-5-1" is not a date such as 2024-05-31'],
    ['SoldOn', '2024-05-01T10:00:00Z', '"2024-05-01T10:00:00Z" is not a date such as 2024-05-31'],
    ['Units', '1.5', '"1.5" is not a whole number'],
    ['Units', '1_000', '"1_000" is not a whole number'],
    ['Units', '1e3', '"1e3" is not a whole number'],
    ['Units', '9223372036854775808', '"9223372036854775808" is not a whole number'],
    ['Units', 'many', '"many" is not a whole number'],
    ['Price', '1.234.5', '"1.234.5" is not a number such as 1234.56'],
    ['Price', '$5', '"$5" is not a number such as 1234.56'],
    ['Price', 'NaN', '"NaN" is not a number such as 1234.56'],
    ['Price', '1e400', '"1e400" is not a number such as 1234.56'],
    ['Price', '1 000', '"1 000" is not a number such as 1234.56'],
    ['Paid', 'perhaps', '"perhaps" is not No or Yes (or false, true, 0, 1)'],
    ['At', '2024-05-01T10:00', '"2024-05-01T10:00" is not a time such as 2024-05-31T23:59:59Z'],
    ['At', '2024-05-01T25:00:00Z', '"2024-05-01T25:00:00Z" is not a time such as 2024-05-31T23:59:59Z'],
    ['At', 'yesterday', '"yesterday" is not a time such as 2024-05-31T23:59:59Z'],
    ['Account', '', 'the row belongs to no account'],
    ['Account', '"  "', 'the row belongs to no account'],
  ]
  test.each(cases)('%s: %s', async (column, value, problem) => {
    const names = salesHeader.split(',')
    const fields = goodLine.split(',').map((field, index) => (names[index] === column ? value : field))
    const file = await bench.file('wrong.csv', csv(goodLine, fields.join(',')))
    expect(await bench.mistakesOf([file])).toEqual([`wrong.csv, line 3, column ${column}: ${problem}`])
  })

  test('all of them together, in the order of the rows, up to 20 and with their number', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? goodLine : `a,x,bad,1.5,1,No,`))
    const outcome = await bench.load([await bench.file('many.csv', csv(...lines))])
    if (outcome.kind === 'written') throw new Error('nothing was wrong')
    expect(outcome.total).toBe(50)
    expect(outcome.mistakes).toHaveLength(20)
    expect(outcome.mistakes.slice(0, 3)).toMatchObject([
      { code: 'wrong_value', row: 2, line: 3, column: 'SoldOn' },
      { code: 'wrong_value', row: 2, line: 3, column: 'Units' },
      { code: 'wrong_value', row: 4, line: 5, column: 'SoldOn' },
    ])
  })

  test('the line is the one on which the row begins, whatever stands in the rows before it', async () => {
    const content = csv('a,"two\nlines",2024-05-01,1,1,No,', '', 'a,x,2024-05-01,one,1,No,')
    expect(await bench.mistakesOf([await bench.file('lines.csv', content)])).toEqual([
      'lines.csv, line 5, column Units: "one" is not a whole number',
    ])
    const file = await bench.file('lines.csv.gz', content.replaceAll('\n', '\r\n'))
    expect(await bench.mistakesOf([file])).toEqual(['lines.csv.gz, line 5, column Units: "one" is not a whole number'])
  })

  test('in JSON with its row, objects and arrays among them', async () => {
    const object = { Account: 'a', Item: 'x', SoldOn: '2024-05-01', Units: 1, Price: 1, Paid: true, At: null }
    const content = JSON.stringify([
      object,
      { ...object, Units: 1.5, Item: { name: 'x' } },
      { ...object, Account: null },
    ])
    expect(await bench.mistakesOf([await bench.file('wrong.json', content, 'json')])).toEqual([
      'wrong.json, row 2, column Item: "{\\"name\\":\\"x\\"}" is not a text',
      'wrong.json, row 2, column Units: "1.5" is not a whole number',
      'wrong.json, row 3, column Account: the row belongs to no account',
    ])
  })

  test('in Parquet with its row', async () => {
    const path = join(bench.folder, 'wrong.parquet')
    await bench.query(
      `COPY (SELECT 'a' AS Account, 'x' AS Item, DATE '2024-05-01' AS SoldOn, range + 0.5 AS Units,
               CASE WHEN range = 1 THEN 'nan'::DOUBLE ELSE 1 END AS Price, false AS Paid, NULL::TIMESTAMP AS At
             FROM range(2)) TO '${path}' (FORMAT parquet)`,
    )
    expect(await bench.mistakesOf([{ path, name: 'wrong.parquet', format: 'parquet', gzipped: false }])).toEqual([
      'wrong.parquet, row 1, column Units: "0.5" is not a whole number',
      'wrong.parquet, row 2, column Units: "1.5" is not a whole number',
      'wrong.parquet, row 2, column Price: "nan" is not a number such as 1234.56',
    ])
  })
})

describe('a file that is not one of this dataset is refused', () => {
  const cases: readonly (readonly [what: string, content: string | Uint8Array, said: readonly (string | RegExp)[]])[] =
    [
      [
        'lacks columns',
        'Account,Item,SoldOn,Units,Prize,Paid\n',
        [
          'f.csv, column Price: the file has no such column; did Prize mean it?',
          'f.csv, column At: the file has no such column',
          'f.csv, column Prize: the dataset has no such column, and columns too many were not to be ignored',
        ],
      ],
      [
        'has a column twice',
        `${salesHeader},item\n`,
        ['f.csv, column item: the file has two columns of this name (case does not count)'],
      ],
      ['is empty', '', ['f.csv: the file is empty: not even a header stands in it']],
      ['has only a header', `${salesHeader}\n`, ['f.csv: the file has no rows']],
      [
        'has a row that is too short',
        csv(goodLine, 'a,b,2024-05-01'),
        ['f.csv, line 3: the row has 3 fields, the header 7 names'],
      ],
      [
        'has a row that is too long',
        csv('a,"x\ny",2024-05-01,3,1.25,Yes,,1', goodLine),
        ['f.csv, line 2: the row has 8 fields, the header 7 names'],
      ],
      [
        'has a quote that never ends',
        csv(goodLine, 'a,"pen,2024-05-01', goodLine),
        ['f.csv, line 3: a quoted value begins in this row and never ends'],
      ],
      [
        'has text behind a quote',
        csv('a,"pen"x,2024-05-01,3,1.25,Yes,'),
        ['f.csv, line 2: text follows a closing quote: write a quote inside of a quoted value twice'],
      ],
      [
        'changes its line ends',
        `${csv(goodLine)}${goodLine}\r\n`,
        ['f.csv, line 3: the line ends in CRLF, those before it in LF: write one kind throughout'],
      ],
      [
        'is not UTF-8',
        Buffer.from(csv(goodLine, goodLine.replace('pen', 'caf\u00e9')), 'latin1'),
        ['f.csv, line 3: the row is not UTF-8: save the file as UTF-8'],
      ],
      [
        'is UTF-16',
        Buffer.from(`\uFEFF${csv(goodLine)}`, 'utf16le'),
        ['f.csv, line 1: the header is not UTF-8: save the file as UTF-8'],
      ],
      [
        'is not text at all',
        Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0, 0xff, 0xfe, 0]),
        ['f.csv, line 1: the header is not UTF-8: save the file as UTF-8'],
      ],
    ]
  test.each(cases)('when it %s', async (_, content, said) => {
    expect(await bench.mistakesOf([await bench.file('f.csv', content)])).toEqual(said)
  })

  test('when it says that it is gzip and is not', async () => {
    const file = { ...(await bench.file('plain.csv', csv(goodLine))), gzipped: true }
    expect(await bench.mistakesOf([file])).toEqual([
      'plain.csv: it is not the gzip that it is said to be, or it is cut off',
    ])
  })

  test('when its gzip is cut off, be it behind a whole row', async () => {
    // All rows can be unpacked from this; only what closes a gzip is missing.
    const open = gzipSync(csv(goodLine, goodLine), { finishFlush: constants.Z_SYNC_FLUSH })
    const file = { ...(await bench.file('cut.csv', open)), gzipped: true }
    expect(await bench.mistakesOf([file])).toEqual([
      'cut.csv: it is not the gzip that it is said to be, or it is cut off',
    ])
  })

  test.each([
    [
      'is broken in an array',
      '[{"Account":"a"},\n{"Account":}]',
      /^f\.json, row 2: it can't be read as JSON: unexpected character/,
    ],
    [
      'is broken on a line',
      '{"Account":"a"}\n{"Account":"b"}\n{"Account"}\n',
      /^f\.json, row 3: it can't be read as JSON/,
    ],
    ['holds no objects', '[1, 2]', /^f\.json: the file has no rows|it can't be read as JSON/],
    ['has no rows', '[]', /^f\.json: the file has no rows$/],
    ['is empty', '', /^f\.json: the file has no rows$/],
    ['lacks columns', '[{"Account":"a"}]', /^f\.json, column Item: the file has no such column$/],
  ])('when it is JSON that %s', async (_, content, said) => {
    expect((await bench.mistakesOf([await bench.file('f.json', content, 'json')]))[0]).toMatch(said)
  })

  test('when it is Parquet of other types', async () => {
    const path = join(bench.folder, 'types.parquet')
    const columns = salesColumns.map(({ name }) =>
      name === 'Item' ? '7 AS Item' : name === 'SoldOn' ? 'true AS SoldOn' : `'1' AS ${name}`,
    )
    await bench.query(`COPY (SELECT ${columns.join(', ')}) TO '${path}' (FORMAT parquet)`)
    expect(await bench.mistakesOf([{ path, name: 'types.parquet', format: 'parquet', gzipped: false }])).toEqual([
      'types.parquet, column Item: the file has it as integer, the dataset as string: a text',
      'types.parquet, column SoldOn: the file has it as boolean, the dataset as date: a date such as 2024-05-31',
    ])
  })

  test('when it is no Parquet', async () => {
    const file = await bench.file('not.parquet', 'not at all, and long enough to hold a footer', 'parquet')
    expect((await bench.mistakesOf([file]))[0]).toMatch(/^not\.parquet: .*(magic bytes|footer|Parquet)/i)
  })

  test('and so is the other one with it: nothing is written', async () => {
    const good = await bench.file('good.csv', csv(goodLine))
    const bad = await bench.file('bad.csv', csv('a,b'))
    const outcome = await bench.load([good, bad])
    expect(outcome).toMatchObject({ kind: 'refused', total: 1, mistakes: [{ file: 'bad.csv', line: 2 }] })
  })
})

test('a load that is called off rejects and leaves nothing', async () => {
  const stagingFolder = join(bench.folder, 'called-off')
  const lines = Array.from({ length: 100_000 }, (_, i) => `a${i},${i},2024-05-01,${i},${i * 7},No,`)
  const file = await bench.file('large.csv', csv(...lines))
  mkdirSync(stagingFolder)
  const stop = new AbortController()
  const loading = bench.load([file], { stagingFolder }, stop.signal)
  stop.abort()
  await expect(loading).rejects.toThrow(/abort/i)
  expect(readdirSync(stagingFolder)).toEqual([])
})

test('whatever stands in the texts of a CSV file comes out as it was, and a wrong value has its line', async () => {
  const columns = [
    { name: 'Text', type: 'string' },
    { name: 'Number', type: 'integer' },
    { name: 'Other', type: 'string' },
  ] as const
  const shape = { columns, accountColumn: null, dateColumn: null }
  const text = fc.option(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀', '\\') }))
  const field = (value: string | null) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)
  const row = fc.tuple(text, fc.integer(), text)

  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 12 }), fc.nat(), async (rows, at) => {
      const wrongRow = at % rows.length
      const lines = rows.map(([one, number, other]) => `${field(one)},${number},${field(other)}`)
      const csvOf = (all: readonly string[]) => `Text,Number,Other\n${all.join('\n')}\n`
      const right = await bench.load([await bench.file('any.csv', csvOf(lines))], shape)
      expect(await rowsOf(right)).toEqual(rows.map(([one, number, other]) => [one, String(number), other]))

      const wrong = lines.with(wrongRow, '"x","no","y"')
      const line = ['Text,Number,Other', ...lines.slice(0, wrongRow), ''].join('\n').split('\n').length
      expect(await bench.mistakesOf([await bench.file('any.csv', csvOf(wrong))], shape)).toEqual([
        `any.csv, line ${line}, column Number: "no" is not a whole number`,
      ])
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('the line is right far into a large file', async () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `a,"item\n${index}",2024-05-01,${index},1,No,`)
  const file = await bench.file('large.csv', csv(...lines, 'a,x,2024-05-01,none,1,No,'))
  expect(await bench.mistakesOf([file])).toEqual(['large.csv, line 120002, column Units: "none" is not a whole number'])
})
