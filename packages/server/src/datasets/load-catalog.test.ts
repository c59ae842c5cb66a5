import type { AggregateFunction, MetricExpression } from '@almanac/query'
import { expect, test } from 'vitest'
import { loadCatalog } from './load-catalog.ts'
import { CatalogError } from './loading/catalog-error.ts'
import type { CatalogMistake } from './loading/catalog-error.ts'
import { folderWith, smallDatasetFile, withLine } from './testing/catalog-folder.ts'

const rightFile = smallDatasetFile.join('\n')

async function mistakesOf(files: Readonly<Record<string, string>>): Promise<readonly CatalogMistake[]> {
  const folder = await folderWith(files)
  const error: unknown = await loadCatalog(folder).catch((error: unknown) => error)
  return error instanceof CatalogError ? error.mistakes : []
}

test('a small catalog loads, with its defaults filled in and its metrics read', async () => {
  const folder = await folderWith({ 'shop/Sales.yaml': rightFile, 'shop/README.md': 'Not read.', '.git/x': '' })
  const catalog = await loadCatalog(folder)
  expect(catalog.programs).toEqual(['shop'])
  const dataset = catalog.findDataset('SHOP', 'sales')
  expect(dataset).toMatchObject({
    program: 'shop',
    name: 'Sales',
    nameAliases: [],
    timespans: 'rolling',
    source: { kind: 'files', format: 'csv', pattern: 'sales/*.csv' },
    minimumRecurrenceIntervalHours: 24,
    columnAliases: { Id: 'SaleId' },
    metrics: [{ name: 'Total', type: 'decimal', expression: aggregateOf('sum', 'Amount') }],
  })
  expect(dataset).not.toHaveProperty('sample')
  expect(catalog.systemQueriesOf('shop')).toEqual([])
  expect(catalog.datasetsOf('other')).toEqual([])
})

test('a metric has the type that its function makes of the column, which it names as declared', async () => {
  const metrics = ['count(SaleId)', 'countDistinct( saleid )', 'AVG(Amount)', 'max(Amount)', 'sum(Units)']
  const lines = metrics.map((aggregate, index) => `  - { name: M${index}, aggregate: ${aggregate} }`)
  const text = withLine(16, lines.join('\n')).replace(
    '  - { name: Amount',
    '  - { name: Units, type: integer }\n  - { name: Amount',
  )
  const folder = await folderWith({ 'shop/Sales.yaml': text })
  const catalog = await loadCatalog(folder)
  expect(catalog.findDataset('shop', 'Sales')?.metrics.map(({ type, expression }) => [type, expression])).toEqual([
    ['integer', aggregateOf('count', 'SaleId')],
    ['integer', aggregateOf('countDistinct', 'SaleId')],
    ['decimal', aggregateOf('avg', 'Amount')],
    ['decimal', aggregateOf('max', 'Amount')],
    ['integer', aggregateOf('sum', 'Units')],
  ])
})

// What is changed, and what is then said of which line.
const mistakes: readonly (readonly [line: number, text: string, saidOfLine: number, said: string | RegExp])[] = [
  [1, 'nme: Sales', 1, '`name` is missing here'],
  [1, 'nme: Sales', 1, '`nme` is no key here; did you mean name?'],
  [1, 'xyz: Sales', 1, /^`xyz` is no key here; the keys are name, title/],
  [1, 'name: Verkauf', 1, 'the file is called Sales: give file and dataset one name'],
  [4, 'source: { format: trino, schema: a, table: b }', 4, 'trino needs a catalog: add one, like hive'],
  [
    4,
    'source: { format: xlsx, pattern: a/*.xlsx }',
    4,
    "'xlsx' isn't one of parquet, csv, json, duckdb, trino, loaded",
  ],
  [4, 'source: { format: csv }', 4, 'csv needs a pattern: add one, like Sales/*.csv'],
  [
    4,
    'source: { format: loaded, pattern: a/*.csv }',
    4,
    /^pattern goes with the format parquet, csv, json, not with loaded: remove it$/,
  ],
  [4, 'source: { format: csv, pattern: ../*.csv }', 4, /leaves the datasets folder/],
  [4, 'source: { format: csv, pattern: /etc/* }', 4, /leaves the datasets folder/],
  [4, 'source: { format: csv, pattern: "C:\\\\data\\\\*.csv" }', 4, /leaves the datasets folder/],
  [4, 'source: { format: csv, pattern: sales\\*.csv }', 4, /^the pattern has a backslash: write \/ between folders/],
  [4, 'source: { format: csv, pattern: sales/ }', 4, 'the pattern names a folder: say which files in it, like sales/*'],
  [4, 'source: { format: csv, pattern: a/*.parquet }', 4, /^the pattern finds \.parquet files, and the format is csv/],
  [
    4,
    'source: { format: parquet, pattern: a/*.csv.gz }',
    4,
    /^the pattern finds \.csv files, and the format is parquet/,
  ],
  [
    4,
    'source: { format: json, pattern: a/*.json, delimiter: ";" }',
    4,
    /^delimiter goes with the format csv, not with json/,
  ],
  [4, 'source: { format: csv, pattern: a.csv, delimiter: "::" }', 4, /^'::' isn't one of/],
  [4, 'source: { format: duckdb, table: t }', 4, 'duckdb needs a database: add one, like Sales.duckdb'],
  [4, 'source: { format: duckdb, database: a.duckdb }', 4, 'duckdb needs a table: add one, like Sales'],
  [4, 'source: { format: duckdb, database: ../a.duckdb, table: t }', 4, /^the database leaves the datasets folder/],
  [4, 'source: { format: duckdb, database: "*.duckdb", table: t }', 4, /^a table is in one database/],
  [
    4,
    'source: { format: duckdb, database: a.duckdb, table: t, pattern: x }',
    4,
    /^pattern goes with the format parquet/,
  ],
  [4, 'source: { format: csv, pattern: a.csv, patern: b }', 4, '`patern` is no key here; did you mean pattern?'],
  [5, 'minimumRecurrenceIntervalHours: 0', 5, '0 must be >= 1'],
  [5, 'minimumRecurrenceIntervalHours: often', 5, "expected integer, found 'often'"],
  [6, 'accountColumn: Account', 6, /^the dataset has no column Account: correct the name/],
  [6, 'accountColumn: Amount', 6, 'Amount is decimal: account ids are text, so it must be string'],
  [7, 'dateColumn: Day', 7, /^the dataset has no column Day/],
  [7, 'dateColumn: SaleId', 7, 'SaleId is string: TIMESPAN needs a date or a timestamp'],
  [7, 'timespans: rolling', 8, /^without dateColumn there is nothing to filter/],
  [8, 'dateRanges: [LAST_6_MONTHS, LAST_FORTNIGHT]', 8, /^LAST_FORTNIGHT is no range; there are TODAY/],
  [8, 'dateRanges: [LAST_MONTH]', 8, /^LAST_6_MONTHS, the default elsewhere, is not offered/],
  [8, 'dateRanges: [LAST_MONTH]\ndefaultDateRange: LIFETIME', 9, /^LIFETIME isn't among the dateRanges/],
  [8, 'dateRanges: [LAST_6_MONTHS, LIFETIME, last_6_months]', 8, 'last_6_months is offered twice: remove one'],
  [7, 'timespans: calendar', 7, /^without dateColumn there is no TIMESPAN to count/],
  [10, '  - { name: SaleId, type: text }', 10, /^'text' isn't one of string, integer/],
  [10, '  - { name: Sale Id, type: string }', 10, /^'Sale Id' can't be used here\. Letters, digits/],
  [10, '  - { name: Limit, type: string }\n  - { name: SaleId, type: string }', 10, /^no query can name Limit/],
  [11, '  - { name: SoldOn, type: date }\n  - { name: soldon, type: date }', 12, /^soldon is there already as SoldOn/],
  [10, '  - { name: rowid, type: string }', 10, /^the engine calls the place of a row rowid/],
  [
    10,
    '  - { name: SaleId, type: string, values: [a, B, A] }',
    10,
    /^'A' is there already as 'a'; values match in any case/,
  ],
  [
    10,
    "  - { name: SaleId, type: integer, values: ['1', 'x'] }",
    10,
    /^'x' is no integer: correct it, or declare SaleId/,
  ],
  [11, "  - { name: SoldOn, type: date, values: ['2024-05-01'] }", 11, 'SoldOn is date, no enumeration: remove values'],
  [13, '  - { name: AccountId, type: string }', 13, /^AccountId says whose row it is: add hidden: true/],
  [12, '  - { name: IsGift, type: boolean }', 12, /^IsGift is boolean: add booleanForms/],
  [
    12,
    '  - { name: IsGift, type: boolean, booleanForms: [false, true] }',
    12,
    /^expected string, found false: put it in q/,
  ],
  [12, "  - { name: IsGift, type: boolean, booleanForms: ['no'] }", 12, 'the list needs at least 2'],
  [12, "  - { name: IsGift, type: boolean, booleanForms: ['x', 'X'] }", 12, /are the same in any case/],
  [12, "  - { name: IsGift, type: string, booleanForms: ['No', 'Yes'] }", 12, /booleanForms are for booleans/],
  [12, '  - { name: IsGift, type: string, sample: x }', 12, /^the dataset has no sample\.rows/],
  [
    16,
    '  - { name: Total, aggregate: median(Amount) }',
    16,
    /^'median\(Amount\)' can't be read: expected a function: sum, count/,
  ],
  [16, '  - { name: Total, aggregate: sum(Amounts) }', 16, /the dataset has no column Amounts: did you mean Amount\?$/],
  [
    16,
    '  - { name: Total, aggregate: sum(SoldOn) }',
    16,
    "'sum(SoldOn)' can't be read: sum needs numbers, SoldOn is date",
  ],
  [16, '  - { name: SaleID, aggregate: count(SaleId) }', 16, /^SaleID is there already as SaleId/],
  [18, '  Id: SalesId', 18, 'SalesId is neither a column nor a metric of the dataset'],
  [18, '  total: SaleId', 18, /^total is there already as Total/],
  [18, '  Owner: AccountId', 18, "AccountId is the hidden account column: it can't have an alias"],
  [18, '  Id: SaleId\nsample: { rows: order_rows }', 10, /^SaleId needs a sample/],
  [18, '  Id: SaleId\nsample: { rows: order_rows }', 19, /^sample rows are written as Parquet, and the source is csv/],
  [18, '  Id: SaleId\n  Id: SaleId', 19, /unique/],
  [18, '  Id: [', 18, /.+/],
]

test.each(mistakes)('line %i as "%s" is refused with the line and what to do', async (line, text, saidOfLine, said) => {
  const found = await mistakesOf({ 'shop/Sales.yaml': withLine(line, text) })
  const isIt = ({ message }: CatalogMistake): boolean =>
    said instanceof RegExp ? said.test(message) : said === message
  expect(found.filter(isIt)).toMatchObject([{ file: 'shop/Sales.yaml', line: saidOfLine }])
})

test('all mistakes of all files come together in one readable error', async () => {
  const folder = await folderWith({
    'shop/Sales.yaml': withLine(7, 'dateColumn: Day'),
    'shop/Stock.yaml': 'name: Stock',
    'Shop 2/Sales.yaml': rightFile,
    'empty/notes.txt': '',
  })
  const error: unknown = await loadCatalog(folder).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(CatalogError)
  const message = error instanceof Error ? error.message : ''
  expect(message).toContain(`The catalog in ${folder} has 8 mistakes:`)
  expect(message).toContain('\n  shop/Sales.yaml:7: the dataset has no column Day')
  expect(message).toContain('\n  shop/Stock.yaml:1: `columns` is missing here')
  expect(message).toContain('\n  Shop 2:1: the folder is part of URLs')
  expect(message).toContain('\n  empty:1: the program has no dataset')
})

test('a file where none is read is told of, so that no dataset is missing without a word', async () => {
  const found = await mistakesOf({
    'Sales.yaml': rightFile,
    'shop/Sales.yaml': rightFile,
    'shop/old/2023/Stock.yml': rightFile,
    'shop/notes.md': '',
  })
  expect(found).toEqual([
    { file: 'Sales.yaml', line: 1, message: expect.stringMatching(/^it is in no program, and so not read/) },
    {
      file: 'shop/old/2023/Stock.yml',
      line: 1,
      message: expect.stringMatching(/^it is not read there: put it into shop/),
    },
  ])
})

test('an empty file, a list and two documents in one file are no dataset', async () => {
  const texts = { 'shop/A.yaml': '', 'shop/B.yaml': '- name: B', 'shop/C.yaml': `${rightFile}\n---\n${rightFile}` }
  const found = await mistakesOf(texts)
  expect(found.map(({ file, message }) => [file, message])).toEqual([
    ['shop/A.yaml', 'expected object, found null'],
    ['shop/B.yaml', 'expected object, found [{"name":"B"}]'],
    ['shop/C.yaml', expect.stringMatching(/multiple documents/)],
  ])
})

test('a table of a DuckDB database is a source; its schema is main unless given', async () => {
  const at = async (source: string): Promise<unknown> => {
    const catalog = await loadCatalog(await folderWith({ 'shop/Sales.yaml': withLine(4, `source: ${source}`) }))
    return catalog.findDataset('shop', 'Sales')?.source
  }
  expect(await at('{ format: duckdb, database: shop/sales.duckdb, table: sold }')).toEqual({
    kind: 'duckdb',
    database: 'shop/sales.duckdb',
    schema: 'main',
    table: 'sold',
  })
  expect(await at('{ format: duckdb, database: a.db, schema: Marts, table: "sold by day" }')).toEqual({
    kind: 'duckdb',
    database: 'a.db',
    schema: 'Marts',
    table: 'sold by day',
  })
  expect(await at('{ format: trino, catalog: lake, schema: marts, table: sold }')).toEqual({
    kind: 'trino',
    catalog: 'lake',
    schema: 'marts',
    table: 'sold',
  })
  expect(await at('{ format: csv, pattern: "*.txt", delimiter: ";" }')).toEqual({
    kind: 'files',
    format: 'csv',
    pattern: '*.txt',
    delimiter: ';',
  })
})

test('two datasets of a program can not share a name, an older one included', async () => {
  const other = rightFile.replace('name: Sales', 'name: Stock\nnameAliases: [SALES]')
  expect(await mistakesOf({ 'shop/Sales.yaml': rightFile, 'shop/Stock.yaml': other })).toEqual([
    { file: 'shop/Stock.yaml', line: 2, message: expect.stringMatching(/^SALES is taken by shop\/Sales\.yaml/) },
  ])
})

test('a system query that the strict profile refuses is a mistake, and so are a shared id and a day that is none', async () => {
  const queries = [
    'queries:',
    '  - { id: a, name: A, createdAt: 2022-03-30T00:00:00Z, text: SELECT SaleId FROM Sales }',
    '  - { id: a, name: B, createdAt: 2022-03-30T00:00:00Z, text: SELECT Total FROM Sales }',
    '  - { id: c, name: C, createdAt: 2022-13-30T00:00:00Z, text: SELECT Total FROM Sales }',
    '  - { id: d, name: D, createdAt: 2022-03-30T00:00:00Z, text: SELECT * FROM Sales }',
    '  - { id: e, name: E, createdAt: 2022-03-30T00:00:00Z, text: SELECT Nothing FROM Sales }',
  ]
  const found = await mistakesOf({ 'shop/Sales.yaml': rightFile, 'shop/system-queries.yaml': queries.join('\n') })
  expect(found.map(({ line, message }) => [line, message])).toEqual([
    [3, 'a is taken: each query needs its own id'],
    [4, 'there is no such day or hour'],
    [5, expect.stringContaining('at character 8: ')],
    [6, expect.stringContaining('Nothing')],
  ])
})

test('a folder that is not there, and one without programs, say what is missing', async () => {
  await expect(loadCatalog('/no/such/folder')).rejects.toThrow(/\.:1: the folder can't be read: ENOENT/)
  const folder = await folderWith({})
  await expect(loadCatalog(folder)).rejects.toThrow(/there is no program: make a folder/)
})

function aggregateOf(name: AggregateFunction, column: string): MetricExpression {
  return { kind: 'aggregate', function: name, argument: { kind: 'column', name: column } }
}
