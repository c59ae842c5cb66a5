import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { checkCatalog, type CatalogCheck } from './check-catalog.ts'
import { readSettings } from './config/read-settings.ts'
import { runSql } from './engines/duckdb/testing/small-dataset.ts'
import { folderWith, smallDatasetFile, withLine } from './datasets/testing/catalog-folder.ts'

const rows = [
  'SaleId,SoldOn,IsGift,AccountId,Amount',
  's-1,2026-01-01,Yes,contoso,1.5',
  's-2,2026-01-02,No,contoso,2.5',
  's-3,2026-01-03,no,fabrikam,3',
]

interface Given {
  readonly catalog?: string
  readonly data?: readonly string[]
  readonly more?: Readonly<Record<string, string>>
}

const stop = new AbortController()

/** Checks a catalog of one dataset, Sales, against a file of these lines. */
async function check({ catalog = smallDatasetFile.join('\n'), data = rows, more = {} }: Given): Promise<CatalogCheck> {
  const folder = await folderWith({
    'catalog/shop/Sales.yaml': catalog,
    'data/sales/2026.csv': [...data, ''].join('\n'),
    ...more,
  })
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: { catalogFolder: join(folder, 'catalog'), datasetsFolder: join(folder, 'data'), 'engine.threads': 1 },
    isTerminal: false,
  })
  return checkCatalog(settings, { withData: true, signal: stop.signal })
}

/** `file:line: message` of each. */
function lines({ mistakes }: CatalogCheck): readonly string[] {
  return mistakes.map(({ file, line, message }) => `${file}:${line}: ${message}`)
}

function withRow(text: string): readonly string[] {
  return [...rows, text]
}

test('data as the catalog says pass, and the summary counts what queries can name', async () => {
  expect(await check({})).toMatchObject({
    mistakes: [],
    notes: [],
    programs: [{ program: 'shop', datasets: 1, columns: 3, metrics: 1, systemQueries: 0 }],
  })
})

test('a catalog that does not load is told with every mistake, and its data are not looked at', async () => {
  const found = await check({ catalog: withLine(10, '  - { name: SaleId, type: text }'), data: ['Nothing'] })
  expect(lines(found)).toEqual([expect.stringMatching(/^shop\/Sales\.yaml:10: 'text' isn't one of string,/)])
  expect(found.programs).toEqual([])
})

test('a source without files', async () => {
  const found = await check({ catalog: withLine(4, 'source: { format: csv, pattern: gone/*.csv }') })
  expect(lines(found)).toEqual([expect.stringMatching(/^shop\/Sales\.yaml:4: .*gone\/\*\.csv.*matches no file/)])
})

test('a column that a file has not got, with the nearest name that it has', async () => {
  const data = rows.with(0, 'SaleNo,SoldOn,IsGift,AccountId,Amount')
  expect(lines(await check({ data }))).toEqual([
    'shop/Sales.yaml:10: 2026.csv has no column SaleId; did you mean SaleNo?',
  ])
})

test('the one file of many that lacks a column', async () => {
  const more = { 'data/sales/2027.csv': 'SaleId,SoldOn,IsGift,AccountId\n' }
  expect(lines(await check({ more }))).toEqual([
    expect.stringMatching(/:14: 2027\.csv has no column Amount; it has SaleId,/),
  ])
})

test('a file that is no such file', async () => {
  const catalog = withLine(4, 'source: { format: parquet, pattern: sales/*.parquet }')
  const found = await check({ catalog, more: { 'data/sales/2026.parquet': 'SaleId\n' } })
  expect(lines(found)).toEqual([expect.stringMatching(/:4: 2026\.parquet can't be read: /)])
})

test.each([
  ['a date', 's-4,2026-13-01,No,contoso,1', 11, "'2026-13-01' (2026.csv, line 5) is no date", 'SoldOn'],
  ['a decimal', 's-4,2026-01-01,No,contoso,12 EUR', 14, "'12 EUR' (2026.csv, line 5) is no decimal", 'Amount'],
  ['a boolean', 's-4,2026-01-01,Maybe,contoso,1', 12, "'Maybe' is no boolean (true and false, yes and no", 'IsGift'],
])('%s that is none, where it stands, and what to do', async (_case, row, line, words, column) => {
  expect(lines(await check({ data: withRow(row) }))).toEqual([
    expect.stringMatching(new RegExp(`^shop/Sales.yaml:${line}: `)),
  ])
  const [mistake] = (await check({ data: withRow(row) })).mistakes
  expect(mistake?.message).toContain(words)
  expect(mistake?.message).toContain(`declare ${column} as string`)
})

test('fractions in an integer column, which would be rounded without a word', async () => {
  const found = await check({ catalog: withLine(14, '  - { name: Amount, type: integer, hidden: true }') })
  expect(lines(found)).toEqual([
    'shop/Sales.yaml:14: Amount is integer, but 2 rows have fractions, like 1.5, and would be rounded: declare it as decimal',
  ])
})

test('rows of nobody', async () => {
  const found = await check({ data: withRow('s-4,2026-01-01,No,,1') })
  expect(lines(found)).toEqual([expect.stringMatching(/:6: 1 of 4 rows have no AccountId: nobody would see them/)])
})

test('what may be meant so is a note: rows without a date, accounts that differ in case, other values', async () => {
  const catalog = withLine(10, '  - { name: SaleId, type: string, values: [S-1, s-2] }')
  const { mistakes, notes } = await check({ catalog, data: withRow('s-4,,No,Contoso,1') })
  expect(mistakes).toEqual([])
  expect(notes.map(({ line, message }) => `${line}: ${message}`)).toEqual([
    "10: 2 rows have other values, like 's-3' and 's-4': add what belongs there, so that messages and completion know it",
    '7: 1 of 4 rows have no SoldOn: TIMESPAN never finds them',
    expect.stringMatching(/^6: some accounts differ only in case/),
  ])
})

test('a dataset without rows is a note', async () => {
  const found = await check({ data: rows.slice(0, 1) })
  expect(found).toMatchObject({ mistakes: [], notes: [{ line: 4, message: 'Sales has no rows yet' }] })
})

test('keys of JSON count case, and a key that no record has is missing', async () => {
  const catalog = withLine(4, 'source: { format: json, pattern: sales/*.json }')
  const record = { saleId: 's-1', SoldOn: '2026-01-01', IsGift: 'Yes', AccountId: 'contoso' }
  const found = await check({ catalog, more: { 'data/sales/a.json': JSON.stringify([record]) } })
  expect(lines(found)).toEqual([
    expect.stringContaining(':10: a.json has no column SaleId; it has saleId, and in JSON the case of a key counts'),
    expect.stringContaining(':14: a.json has no column Amount'),
  ])
})

test('a sum too large to be exact has no value, and fails nothing', async () => {
  const catalog = withLine(14, '  - { name: Amount, type: decimal, hidden: true }')
  const huge = Array.from({ length: 3 }, (_, i) => `s-${i},2026-01-0${i + 1},No,fabrikam,9e26`)
  const found = await check({ catalog, data: [rows[0] ?? '', ...huge] })
  expect(lines(found)).toEqual([])
})

test('system queries are run', async () => {
  const query = (text: string): string =>
    ['queries:', '  - id: q-1', '    name: Sales', "    createdAt: '2026-01-01T00:00:00Z'", `    text: ${text}`].join(
      '\n',
    )
  const good = await check({ more: { 'catalog/shop/system-queries.yaml': query('SELECT SaleId, Total FROM Sales') } })
  expect(good).toMatchObject({ mistakes: [], programs: [{ systemQueries: 1 }] })
})

test('columns may be called like anything that a catalog takes, and be many', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `Column_with_a_rather_long_name_${index}`)
  const catalog = [
    ...smallDatasetFile.slice(0, 9),
    ...names.map((name) => `  - { name: ${name}, type: integer }`),
    ...smallDatasetFile.slice(9),
  ].join('\n')
  const data = rows.map((row, index) => [row, ...names.map((name) => (index === 0 ? name : '7'))].join(','))
  expect(lines(await check({ catalog, data }))).toEqual([])
})

test('a table of a database is checked like files, and a view told of', async () => {
  const folder = await folderWith({})
  const database = join(folder, 'shop.duckdb')
  const source = (table: string): string =>
    withLine(4, `source: { format: duckdb, database: shop.duckdb, table: ${table} }`)
  const settings = (): Parameters<typeof readSettings>[0] => ({
    file: null,
    environment: {},
    overrides: { catalogFolder: join(folder, 'catalog'), datasetsFolder: folder, 'engine.threads': 1 },
    isTerminal: false,
  })
  await runSql(`ATTACH '${database}' AS shop;
    CREATE TABLE shop.sold AS SELECT 's-1' AS SaleId, DATE '2026-01-01' AS SoldOn, true AS IsGift, 'contoso' AS AccountId, 1.5 AS Amount;
    CREATE TABLE shop.short AS SELECT * EXCLUDE (SoldOn) FROM shop.sold;
    CREATE VIEW shop.seen AS FROM shop.sold`)
  const checkTable = async (table: string): Promise<CatalogCheck> => {
    await mkdir(join(folder, 'catalog/shop'), { recursive: true })
    await writeFile(join(folder, 'catalog/shop/Sales.yaml'), source(table))
    return checkCatalog(readSettings(settings()), { withData: true, signal: stop.signal })
  }
  expect((await checkTable('sold')).mistakes).toEqual([])
  expect(lines(await checkTable('short'))).toEqual([
    expect.stringMatching(/^shop\/Sales\.yaml:11: shop\.duckdb, table short, has no column SoldOn/),
  ])
  expect(lines(await checkTable('seen'))).toEqual([
    expect.stringMatching(/^shop\/Sales\.yaml:4: .* the database has no such table; a view can not be read/),
  ])
  await rm(database)
  expect(lines(await checkTable('sold'))).toEqual([
    expect.stringMatching(/^shop\/Sales\.yaml:4: The source of Sales, shop\.duckdb, is no file in the datasets folder/),
  ])
})

test('a check that can not begin leaves nothing in the folder for temporary files', async () => {
  const temp = await folderWith({})
  const before = process.env['TMPDIR']
  onTestFinished(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  })
  const folder = await folderWith({
    'catalog/shop/Sales.yaml': withLine(4, 'source: { format: trino, table: sold, schema: shop, catalog: lake }'),
  })
  const overrides = { catalogFolder: join(folder, 'catalog'), datasetsFolder: folder }
  const settings = readSettings({ file: null, environment: {}, overrides, isTerminal: false })
  process.env['TMPDIR'] = temp
  await expect(checkCatalog(settings, { withData: true, signal: stop.signal })).rejects.toThrow('Set trino.url')
  expect(await readdir(temp)).toEqual([])
})
