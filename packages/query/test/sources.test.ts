import type { DuckDBConnection } from '@duckdb/node-api'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { partitionsOf, relationRead } from '../src/index.ts'
import type { Dataset, FileRelation, QueryRun, Relation } from '../src/index.ts'
import { checkQuery } from '../src/check-query.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { copyTo, openDuckDb, rowsOf } from './duckdb.ts'
import type { Row } from './duckdb.ts'
import { compileText, newFolder, referenceAt } from './sales-files.ts'

// Where rows are makes no difference to what a query finds, and a file that isn't as it was declared is an error: never
// another row, or another value.

const folder = newFolder()
let connection: DuckDBConnection
let count = 0

beforeAll(async () => {
  connection = await openDuckDb(2)
})

/** A dataset of few columns, of everybody. */
const things: Dataset = {
  name: 'Things',
  nameAliases: [],
  columns: [
    { name: 'Id', type: 'integer' },
    { name: 'Name', type: 'string' },
  ],
  metrics: [{ name: 'Count', type: 'integer', expression: { kind: 'aggregate', function: 'count', argument: null } }],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
}

function newPath(name: string): string {
  count += 1
  const path = join(folder, String(count), name)
  mkdirSync(dirname(path), { recursive: true })
  return path
}

function fileOf(name: string, content: string | Buffer): string {
  const path = newPath(name)
  writeFileSync(path, content)
  return path
}

function filesOf(format: FileRelation['format'], ...paths: readonly string[]): FileRelation {
  return { kind: 'files', format, paths }
}

function csv(...contents: readonly (string | Buffer)[]): FileRelation {
  return filesOf('csv', ...contents.map((content) => fileOf('things.csv', content)))
}

function json(...contents: readonly string[]): FileRelation {
  return filesOf('json', ...contents.map((content) => fileOf('things.json', content)))
}

async function parquet(...selects: readonly string[]): Promise<FileRelation> {
  const paths = selects.map(() => newPath('things.parquet'))
  for (const [index, path] of paths.entries()) await connection.run(`COPY (${selects[index]}) TO '${path}'`)
  return filesOf('parquet', ...paths)
}

async function table(select: string, name = 'things'): Promise<Relation> {
  const database = newPath('shop.duckdb')
  await connection.run(`ATTACH '${database}' AS shop`)
  await connection.run(`CREATE TABLE shop.main."${name.replaceAll('"', '""')}" AS ${select}`)
  await connection.run('DETACH shop')
  return { kind: 'duckdb', database, schema: 'main', table: name }
}

function answer(
  text: string,
  relation: Relation,
  dataset: Dataset = things,
  run: Partial<QueryRun> = {},
): Promise<readonly Row[]> {
  return rowsOf(connection, compileText(text, { relation, ...run }, dataset))
}

function idsAndNames(relation: Relation): Promise<readonly Row[]> {
  return answer('SELECT Id, Name FROM Things', relation)
}

describe('the same rows in every kind of source', () => {
  const rows = `SELECT * FROM (VALUES
    ('a', 'Oslo', 1::BIGINT, 1.5::DOUBLE, 0.25::DOUBLE, true, false, DATE '2024-05-30', TIMESTAMP '2024-05-30 10:00:00', 'me'),
    (NULL, '', NULL, NULL, NULL, NULL, true, NULL, NULL, 'me'),
    ('say "hi", it''s', E'two\\nlines', -7, -0.125, 1e-7, false, NULL, DATE '2024-05-31', TIMESTAMP '2024-05-31 00:00:00.00012', 'me'),
    ('x', 'Oslo', 5, 2, 3, true, true, DATE '2024-05-31', NULL, 'other')
  ) AS t(Name, City, Quantity, Price, Weight, IsPaid, IsNew, Day, "At", Owner)`
  const sources: (readonly [string, Relation])[] = []

  beforeAll(async () => {
    for (const [format, options] of [
      ['parquet', 'FORMAT parquet'],
      ['csv', 'FORMAT csv, HEADER'],
      ['json', 'FORMAT json'],
      ['json', 'FORMAT json, ARRAY true'],
    ] as const) {
      const path = newPath(`sales.${format}`)
      await connection.run(`COPY (${rows}) TO '${path}' (${options})`)
      sources.push([options, filesOf(format, path)])
    }
    sources.push(['a table', await table(rows)])
  })

  test.each([
    'SELECT Name, City, Quantity, Price, Weight, IsPaid, IsNew, Day, At FROM Sales TIMESPAN LIFETIME',
    `SELECT Name FROM Sales WHERE City = 'OSLO' AND IsPaid = 1 AND At = '2024-05-30T10:00:00Z'`,
    'SELECT Day, Quantity FROM Sales ORDER BY Quantity ASC TIMESPAN LAST_7_DAYS',
    'SELECT City, TotalPrice, TotalQuantity, Orders FROM Sales TIMESPAN LIFETIME',
    'SELECT Orders FROM Sales TIMESPAN LIFETIME',
  ])('%s', async (text) => {
    const answers = new Map<string, readonly Row[]>()
    for (const [name, relation] of sources) answers.set(name, await answer(text, relation, salesDataset))
    const [first] = answers.values()
    expect(first?.length).toBeGreaterThan(0)
    for (const [name, rows] of answers) expect([name, rows]).toEqual([name, first])
  })

  test('may be counted without naming a column', async () => {
    const sources = [
      csv('Id,Name\n1,a\n2,b\n'),
      json('{"Id":1}\n{"Id":2}\n'),
      await parquet('SELECT 1 AS Id UNION ALL SELECT 2'),
      await table('SELECT 1 AS Id UNION ALL SELECT 2'),
    ]
    for (const relation of sources) expect(await answer('SELECT Count FROM Things', relation)).toEqual([['2']])
  })
})

describe('CSV', () => {
  test.each([
    ['a byte order mark', '\uFEFFId,Name\n1,a\n', [['1', 'a']]],
    [
      'CRLF, also in a value',
      'Id,Name\r\n1,"a\r\nb"\r\n2,c\r\n',
      [
        ['1', 'a\r\nb'],
        ['2', 'c'],
      ],
    ],
    [
      'a line end in a value that is another than that of rows',
      'Id,Name\r\n1,"a\nb"\r\n2,c\r\n',
      [
        ['1', 'a\nb'],
        ['2', 'c'],
      ],
    ],
    [
      'no line end after the last row',
      'Id,Name\n1,a\n2,b',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    ['quotes in a value', 'Id,Name\n1,"say ""hi"""\n', [['1', 'say "hi"']]],
    [
      'nothing, and the empty text',
      'Id,Name\n,\n2,""\n',
      [
        [null, null],
        ['2', ''],
      ],
    ],
    [
      'apostrophes around every value',
      `Id,Name\n1,'a'\n2,'b'\n`,
      [
        ['1', `'a'`],
        ['2', `'b'`],
      ],
    ],
    [
      'an apostrophe that never ends',
      `Id,Name\n1,'a\n2,it's\n`,
      [
        ['1', `'a`],
        ['2', `it's`],
      ],
    ],
    [
      'a backslash at the end of a value',
      'Id,Name\n1,a\\\n2,"b\\"\n',
      [
        ['1', 'a\\'],
        ['2', 'b\\'],
      ],
    ],
    ['leading zeros in a text', 'Id,Name\n007,007\n', [['7', '007']]],
    ['semicolons', 'Id;Name\n1;a,b\n', [['1', 'a,b']]],
    ['tabs', 'Id\tName\n1\ta,b\n', [['1', 'a,b']]],
    [
      'semicolons in values',
      'Id,Name\n1,a;b\n2,c;d\n',
      [
        ['1', 'a;b'],
        ['2', 'c;d'],
      ],
    ],
    ['other columns, in another order, in another case', 'NAME,Other,ID\na,x,1\n', [['1', 'a']]],
    ['a header and no row', 'Id,Name\n', []],
  ] as const)('with %s', async (_, content, rows) => {
    expect(await idsAndNames(csv(content))).toEqual(rows)
  })

  test('rows that begin with # are rows, however many there are', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `#${index},x\n`).join('')
    const relation = csv(`Name,Id\n${rows.replaceAll(',x', ',1')}`)
    expect(await idsAndNames(relation)).toHaveLength(300)
  })

  test.each([
    ['gzip', 'things.csv.gz', gzipSync('Id,Name\n1,a\n')],
    ['zstd', 'things.csv.zst', zstdCompressSync('Id,Name\n1,a\n')],
  ])('in %s', async (_, name, content) => {
    expect(await idsAndNames(filesOf('csv', fileOf(name, content)))).toEqual([['1', 'a']])
  })

  test('a declared delimiter holds where none could be found out', async () => {
    const names: Dataset = { ...things, columns: [{ name: 'Name', type: 'string' }] }
    const relation = csv('Name\na;b\nc;d\n')
    await expect(answer('SELECT Name FROM Things', relation, names)).rejects.toThrow(/Name/)
    expect(await answer('SELECT Name FROM Things', { ...relation, delimiter: ',' }, names)).toEqual([['a;b'], ['c;d']])
  })

  test('files have their columns by name, in any order and with any delimiter; a later one may have more', async () => {
    const relation = csv('Id,Name\n1,a\n', 'Name,Extra,Id\nb,x,2\n', 'Id;Name\n3;c\n')
    expect(await idsAndNames(relation)).toEqual([
      ['1', 'a'],
      ['2', 'b'],
      ['3', 'c'],
    ])
  })

  test.each([
    ['a missing column', ['Id\n1\n']],
    ['a column missing from a later file', ['Id,Name\n1,a\n', 'Id\n2\n']],
    ['a text where a number is declared', ['Id,Name\nx,a\n']],
    ['a row that is too short', [`Id,Name\n${'1,a\n'.repeat(30_000)}2\n`]],
    ['a row that is too long', [`Id,Name\n${'1,a\n'.repeat(30_000)}2,b,c\n`]],
    ['another encoding', [Buffer.from('Id,Name\n1,K\xF6ln\n', 'latin1')]],
  ])('%s is an error', async (_, contents) => {
    await expect(idsAndNames(csv(...contents))).rejects.toThrow(/./)
  })
})

describe('JSON', () => {
  test.each([
    [
      'an object a line',
      '{"Id":1,"Name":"a"}\n{"Name":"b","Id":2}\n',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    [
      'an array',
      '[{"Id":1,"Name":"a"},\n{"Name":"b","Id":2}]',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    [
      'a key that an object lacks',
      '{"Id":1}\n{"Name":"b"}\n',
      [
        ['1', null],
        [null, 'b'],
      ],
    ],
    [
      'CRLF',
      '{"Id":1,"Name":"a"}\r\n{"Id":2,"Name":"b"}\r\n',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    ['a byte order mark', '\uFEFF{"Id":1,"Name":"a"}\n', [['1', 'a']]],
    ['more keys', '{"Id":1,"Name":"a","More":{"x":[1]}}\n', [['1', 'a']]],
    ['nothing', '', []],
  ] as const)('with %s', async (_, content, rows) => {
    expect(await idsAndNames(json(content))).toEqual(rows)
  })

  test('compressed, and two forms side by side', async () => {
    const relation = filesOf(
      'json',
      fileOf('a.json.gz', gzipSync('{"Id":1,"Name":"a"}\n')),
      fileOf('b.json.zst', zstdCompressSync('[{"Id":2,"Name":"b"}]')),
    )
    expect(await idsAndNames(relation)).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ])
  })

  test.each([
    ['a text where a number is declared', '{"Id":"x"}\n'],
    ['a file that was cut off', '{"Id":1,"Name":"a"}\n{"Id":2,'],
    ['something else than objects', '1\n2\n'],
  ])('%s is an error', async (_, content) => {
    await expect(idsAndNames(json(content))).rejects.toThrow(/JSON/)
  })
})

describe('Parquet', () => {
  test('files have their columns by name, in any order and case', async () => {
    const relation = await parquet(`SELECT 1 AS Id, 'a' AS Name, 5 AS More`, `SELECT 'b' AS NAME, 2 AS ID`)
    expect(await idsAndNames(relation)).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ])
  })

  test('a column that a file lacks has no value there; one that all lack is an error', async () => {
    const relation = await parquet(`SELECT 1 AS Id`, `SELECT 2 AS Id, 'b' AS Name`)
    expect(await idsAndNames(relation)).toEqual([
      ['1', null],
      ['2', 'b'],
    ])
    await expect(idsAndNames(await parquet(`SELECT 1 AS Id`))).rejects.toThrow(/Name/)
  })

  // The types of the first file held for all, and 1.25 came out as 1.3, '007' as 7.
  test.each([
    ['decimals of more places', '1.5::DECIMAL(4, 1)', '1.25::DECIMAL(6, 2)', 'decimal', ['1.5', '1.25']],
    ['doubles after decimals', '1.5::DECIMAL(4, 1)', '1.25::DOUBLE', 'decimal', ['1.5', '1.25']],
    ['doubles after whole numbers', '1::BIGINT', '1.25::DOUBLE', 'decimal', ['1', '1.25']],
    ['larger numbers', '1::INTEGER', '5000000000::BIGINT', 'integer', ['1', '5000000000']],
    ['texts after numbers', '1::INTEGER', `'007'`, 'string', ['1', '007']],
    [
      'times after days',
      `DATE '2024-01-01'`,
      `TIMESTAMP '2024-01-02 10:00:00'`,
      'timestamp',
      ['2024-01-01T00:00:00Z', '2024-01-02T10:00:00Z'],
    ],
  ] as const)('%s in a later file keep their value', async (_, first, second, type, expected) => {
    const dataset: Dataset = { ...things, columns: [{ name: 'V', type }] }
    const relation = await parquet(`SELECT ${first} AS V`, `SELECT ${second} AS V`)
    expect(await answer('SELECT V FROM Things', relation, dataset)).toEqual(expected.map((value) => [value]))
  })

  test('a file that is none is an error', async () => {
    const { paths } = await parquet(`SELECT 1 AS Id, 'a' AS Name`)
    const broken = fileOf('broken.parquet', 'no such thing at all')
    await expect(idsAndNames(filesOf('parquet', ...paths, broken))).rejects.toThrow(/magic bytes|too small/)
  })
})

describe('the type of a column in the source', () => {
  const typed = (type: 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'): Dataset => ({
    ...things,
    columns: [{ name: 'V', type, ...(type === 'boolean' && { booleanForms: ['no', 'yes'] }) }],
  })

  test.each([
    ['integer', '7::TINYINT', '7'],
    ['integer', '7::UBIGINT', '7'],
    ['integer', '7::HUGEINT', '7'],
    ['integer', `'7'`, '7'],
    ['integer', '7.0::DOUBLE', '7'],
    ['integer', '7::DECIMAL(9, 2)', '7'],
    ['decimal', '0.1::FLOAT', '0.1'],
    ['decimal', '7::INTEGER', '7'],
    ['decimal', '7::HUGEINT', '7'],
    ['decimal', '1.10::DECIMAL(38, 10)', '1.1'],
    ['boolean', '1::INTEGER', 'yes'],
    ['boolean', `'False'`, 'no'],
    ['date', `TIMESTAMP '2024-05-01 23:59:59'`, '2024-05-01'],
    ['date', `'2024-05-01'`, '2024-05-01'],
    ['date', `TIMESTAMPTZ '2024-05-01 23:00:00-02'`, '2024-05-02'],
    ['timestamp', `TIMESTAMPTZ '2024-05-01 12:00:00+02'`, '2024-05-01T10:00:00Z'],
    ['timestamp', `TIMESTAMP_NS '2024-05-01 12:00:00.123456'`, '2024-05-01T12:00:00.123456Z'],
    ['timestamp', `TIMESTAMP_MS '2024-05-01 12:00:00'`, '2024-05-01T12:00:00Z'],
    ['timestamp', `TIMESTAMP_S '2024-05-01 12:00:00'`, '2024-05-01T12:00:00Z'],
    ['timestamp', `DATE '2024-05-01'`, '2024-05-01T00:00:00Z'],
    ['string', `'a'::ENUM('a', 'b')`, 'a'],
    ['string', `'6ba7b810-9dad-11d1-80b4-00c04fd430c8'::UUID`, '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ['string', '7::INTEGER', '7'],
    ['string', 'true', 'true'],
    ['string', `DATE '2024-05-01'`, '2024-05-01'],
    ['string', `[1, 2]`, '[1, 2]'],
  ] as const)('%s reads %s as %s', async (type, value, expected) => {
    const text = 'SELECT V FROM Things'
    expect(await answer(text, await table(`SELECT ${value} AS V`), typed(type))).toEqual([[expected]])
    expect(await answer(text, await parquet(`SELECT ${value} AS V`), typed(type))).toEqual([[expected]])
  })

  test.each([
    ['integer', `'x'`],
    ['integer', '1e30::DOUBLE'],
    ['boolean', `'maybe'`],
    ['date', `'soon'`],
    ['integer', '[1]'],
  ] as const)('%s does not read %s: an error, and no other value', async (type, value) => {
    await expect(answer('SELECT V FROM Things', await table(`SELECT ${value} AS V`), typed(type))).rejects.toThrow(/./)
  })
})

describe('a table of DuckDB', () => {
  test('has its name and schema in any case, and with any characters', async () => {
    const relation = await table(`SELECT 1 AS Id, 'a' AS Name`, `it's "my" table.`)
    expect(await idsAndNames(relation)).toEqual([['1', 'a']])
  })

  test('a view, a table and a database that are not there are errors', async () => {
    const there = await table(`SELECT 1 AS Id, 'a' AS Name`)
    if (there.kind !== 'duckdb') throw new Error('a table was made')
    await connection.run(`ATTACH '${there.database}' AS shop`)
    await connection.run('CREATE VIEW shop.main.seen AS FROM shop.main.things')
    await connection.run('DETACH shop')
    const cases: readonly Relation[] = [
      { ...there, table: 'seen' },
      { ...there, table: 'gone' },
      { ...there, schema: 'gone' },
    ]
    for (const relation of cases) await expect(idsAndNames(relation)).rejects.toThrow(/does not have any tables/)
    await expect(idsAndNames({ ...there, database: `${there.database}x` })).rejects.toThrow(/No files found/)
  })

  test('gives its rows in their order, the same on each run and any number of threads', async () => {
    const rows = `SELECT i AS Id, 'n' || (hash(i) % 50) AS Name FROM range(600000) AS numbers(i)`
    const relation = await table(rows)
    const { paths } = await parquet(rows)
    for (const text of [
      'SELECT Id, Name FROM Things WHERE Id < 500000',
      'SELECT Name FROM Things ORDER BY Name',
      'SELECT Id, Name FROM Things ORDER BY Name LIMIT 1000',
      'SELECT Id FROM Things LIMIT 70',
    ]) {
      const bytes = new Set<string>()
      for (const [threads, source] of [
        [1, relation],
        [2, relation],
        [3, relation],
        [2, filesOf('parquet', ...paths)],
      ] as const) {
        const path = newPath('result.csv')
        const ours = await openDuckDb(threads)
        await copyTo(ours, compileText(text, { relation: source }, things), path)
        const [row] = (await connection.runAndReadAll(`SELECT md5(content) FROM read_text('${path}')`)).getRows()
        bytes.add(String(row?.[0]))
      }
      expect([text, bytes.size]).toEqual([text, 1])
    }
  })
})

test('a file is found by its name, whatever stands in it, and no other file', async () => {
  const names = ['a[1]', 'a*', 'a?', `it's`, 'a b', 'ä', 'a{b,c}', 'a%20b', 'a\nb', 'a\\b', 'k=v']
  for (const name of names) {
    const path = fileOf(`${name}.csv`, 'Id,Name\n1,a\n')
    writeFileSync(join(dirname(path), 'a1.csv'), 'Id,Name\n666,wrong\n')
    expect([name, await idsAndNames(filesOf('csv', path))]).toEqual([name, [['1', 'a']]])
  }
})

test('a folder is no column unless the relation says so', async () => {
  const path = newPath('Name=folder/Id=9/things.parquet')
  await connection.run(`COPY (SELECT 1 AS Id, 'file' AS Name) TO '${path}'`)
  expect(await idsAndNames(filesOf('parquet', path))).toEqual([['1', 'file']])
  const partitioned = { ...filesOf('parquet', path), partitionColumns: ['Name', 'Id'] }
  expect(await idsAndNames(partitioned)).toEqual([['9', 'folder']])
})

describe.each(['parquet', 'csv', 'json'] as const)('a tree of folders, its files in %s', (format) => {
  const dataset: Dataset = {
    ...things,
    columns: [
      { name: 'Owner', type: 'string', hidden: true },
      { name: 'day', type: 'date' },
      { name: 'Month', type: 'integer' },
      { name: 'Region', type: 'string' },
      { name: 'IsNew', type: 'boolean', booleanForms: ['no', 'yes'] },
      { name: 'Id', type: 'integer' },
    ],
    accountColumn: 'Owner',
    dateColumn: 'day',
    dateRanges: ['LAST_MONTH', 'LIFETIME'],
    defaultDateRange: 'LIFETIME',
  }
  const partitionColumns = ['Owner', 'Day', 'Month', 'Region', 'IsNew']
  const options = { parquet: 'FORMAT parquet', csv: 'FORMAT csv, HEADER', json: 'FORMAT json' }[format]
  let root = ''
  let tree: FileRelation

  beforeAll(async () => {
    root = dirname(newPath('x'))
    tree = { kind: 'files', format, paths: [], partitionColumns }
    for (const [id, place] of [
      'Owner=me/Day=2024-05-30/Month=5/Region=North%20West/IsNew=Yes',
      'Owner=me/Day=2024-05-31/Month=05/Region=Süd/IsNew=No',
      'Owner=me/Day=2024-03-01/Month=3/Region=__HIVE_DEFAULT_PARTITION__/IsNew=No',
      'Owner=me/Day=__HIVE_DEFAULT_PARTITION__/Month=10/Region=north west/IsNew=No',
      'Owner=ME/Day=2024-05-31/Month=5/Region=north/IsNew=No',
      'Owner=a%2Fb/Day=2024-05-31/Month=5/Region=x/IsNew=No',
    ].entries()) {
      const path = join(root, place, `rows.${format}`)
      mkdirSync(dirname(path), { recursive: true })
      await connection.run(`COPY (SELECT ${id} AS Id) TO '${path}' (${options})`)
      tree = { ...tree, paths: [...tree.paths, path] }
    }
  })

  const ask = (text: string, run: Partial<QueryRun> = {}): Promise<readonly Row[]> =>
    answer(text, tree, dataset, { accountId: 'me', referenceAt, ...run })
  const ids = async (rest: string, run: Partial<QueryRun> = {}): Promise<readonly unknown[]> =>
    (await ask(`SELECT Id FROM Things ${rest}`, run)).map(([id]) => Number(id))

  test('has the values of its folders in the declared types', async () => {
    expect(await ask('SELECT Id, Day, Month, Region, IsNew FROM Things')).toEqual([
      ['0', '2024-05-30', '5', 'North West', 'yes'],
      ['1', '2024-05-31', '5', 'Süd', 'no'],
      ['2', '2024-03-01', '3', null, 'no'],
      ['3', null, '10', 'north west', 'no'],
    ])
    expect(await ask('SELECT Day, Count FROM Things ORDER BY Day ASC')).toHaveLength(4)
    expect(await ids('', { accountId: 'a/b' })).toEqual([5])
    expect(await ids('', { accountId: 'nobody' })).toEqual([])
  })

  test.each([
    ['TIMESPAN LAST_MONTH', [0, 1]],
    ['WHERE Month = 5', [0, 1]],
    ['WHERE Month > 5', [3]],
    ['WHERE Month BETWEEN 3 AND 4', [2]],
    ['WHERE Month NOT BETWEEN 3 AND 4', [0, 1, 3]],
    ['WHERE Month IN (3, 10)', [2, 3]],
    ['WHERE Month != 5', [2, 3]],
    ['WHERE Month = 5.0', [0, 1]],
    [`WHERE Region = 'NORTH WEST'`, [0, 3]],
    [`WHERE Region = 'SÜD'`, [1]],
    [`WHERE Region != 'süd'`, [0, 3]],
    [`WHERE Region IS NULL`, [2]],
    [`WHERE NOT Region = 'süd'`, [0, 3]],
    [`WHERE Region LIKE 'n%'`, [0, 3]],
    [`WHERE Region > 'o'`, [1]],
    [`WHERE IsNew = 'yes'`, [0]],
    [`WHERE Day >= '2024-05-31'`, [1]],
    [`WHERE Day = '2024-05-30' OR Month = 10`, [0, 3]],
    [`WHERE (Month = 3 OR Id = 1) AND Day < '2024-06-01'`, [1, 2]],
  ])('a condition finds the same rows as in files without folders: %s', async (rest, expected) => {
    expect(await ids(rest)).toEqual(expected)
  })

  test('files that can not count are not opened', async () => {
    const broken = tree.paths.map((path, index) => {
      if (index < 2) return path
      const other = join(root, 'broken', path.slice(root.length))
      mkdirSync(dirname(other), { recursive: true })
      writeFileSync(other, Buffer.from([0, 255, 1, 2, 34, 10]))
      return other
    })
    const relation = { ...tree, paths: broken }
    const read = (rest: string): Promise<readonly Row[]> =>
      answer(`SELECT Id FROM Things ${rest}`, relation, dataset, { accountId: 'me', referenceAt })
    await expect(read('TIMESPAN LIFETIME')).rejects.toThrow(/./)
    expect(await read('TIMESPAN LAST_MONTH')).toHaveLength(2)
    expect(await read('WHERE Month = 5')).toHaveLength(2)
    expect(await read(`WHERE Day > '2024-05-01' AND Id < 100`)).toHaveLength(2)
    expect(await read(`WHERE (Month = 5 OR Month = 6) AND IsNew = 'yes'`)).toHaveLength(1)
  })

  test('of the accounts’ files only one’s own are read, and one of anybody’s where there are none', () => {
    const pathsFor = (accountId: string, text = 'SELECT Id FROM Things'): readonly string[] => {
      const checked = checkQuery(text, { datasets: [dataset], profile: 'open' })
      if (!checked.ok) throw new Error(text)
      const read = relationRead(checked.query, { relation: tree, accountId, referenceAt })
      return read.kind === 'files' ? read.paths : []
    }
    const owners = (paths: readonly string[]): readonly unknown[] => paths.map((path) => partitionsOf(path)[0]?.value)
    expect(owners(pathsFor('me'))).toEqual(['me', 'me', 'me', 'me'])
    expect(owners(pathsFor('ME'))).toEqual(['ME'])
    expect(owners(pathsFor('a/b'))).toEqual(['a/b'])
    expect(pathsFor('nobody')).toHaveLength(1)
  })
})

test('a tree of 5,000 folders is compiled for an account in little time', () => {
  const paths = Array.from({ length: 5_000 }, (_, index) => {
    const day = new Date(Date.UTC(2024, 0, 1 + (index % 100))).toISOString().slice(0, 10)
    return `/data/sales/Owner=account-${Math.floor(index / 100)}/Day=${day}/part-0.parquet`
  })
  const relation: Relation = { kind: 'files', format: 'parquet', paths, partitionColumns: ['Owner', 'Day'] }
  const begun = performance.now()
  const { sql } = compileText('SELECT Name FROM Sales TIMESPAN LAST_MONTH', {
    relation,
    accountId: 'account-7',
    referenceAt: Date.UTC(2024, 1, 1),
  })
  // It took 20 ms; the engine alone took 240 to choose among as many.
  expect(performance.now() - begun).toBeLessThan(1_000)
  expect(sql.match(/part-0/g)).toHaveLength(32)
})
