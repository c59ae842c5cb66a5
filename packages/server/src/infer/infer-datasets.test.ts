import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, onTestFinished, test } from 'vitest'
import { loadCatalog } from '../datasets/load-catalog.ts'
import type { DatasetDraft } from './draft.ts'
import { inferDatasets } from './infer-datasets.ts'
import { printDraft } from './print-draft.ts'
import { saveDraft } from './save-draft.ts'

const now = Date.UTC(2026, 5, 15)

interface DataFolder {
  readonly folder: string
  readonly infer: (
    sources: string | readonly string[],
    more?: { name?: string; sampleRows?: number },
  ) => Promise<DatasetDraft>
}

/** A folder with these files, and `inferDataset` for files in it. */
async function dataFolder(files: Readonly<Record<string, string>> = {}): Promise<DataFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-infer-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return {
    folder,
    async infer(sources, { name, sampleRows = 1_000 } = {}) {
      const { drafts } = await inferDatasets({
        sources: [sources].flat().map((source) => join(folder, source)),
        table: null,
        name: name ?? null,
        program: 'shop',
        datasetsFolder: folder,
        sampleRows,
        now,
      })
      const [draft] = drafts
      if (draft === undefined) throw new Error('a draft was expected')
      return draft
    },
  }
}

/** Writes Parquet: the rows of a SELECT. */
async function writeParquet(path: string, select: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const database = await DuckDBInstance.create(':memory:')
  const connection = await database.connect()
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  connection.closeSync()
  database.closeSync()
}

/** A CSV file of a header and one line for each number below `count`. */
function csv(header: string, count: number, line: (index: number) => string): string {
  return [header, ...Array.from({ length: count }, (_, index) => line(index)), ''].join('\n')
}

function typesOf({ columns }: DatasetDraft): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]))
}

function columnOf({ columns }: DatasetDraft, name: string): DatasetDraft['columns'][number] | undefined {
  return columns.find((column) => column.name === name)
}

test('types come from all the texts of a CSV column', async () => {
  const { infer } = await dataFolder({
    'orders.csv': csv(
      'A,B,C,D,E,F',
      20,
      (i) => `${i},${i}.5,2026-01-${10 + i},2026-01-01 10:00:${10 + i},x${i},${i < 19 ? i : 'none'}`,
    ),
  })
  expect(typesOf(await infer('orders.csv'))).toEqual({
    A: 'integer',
    B: 'decimal',
    C: 'date',
    D: 'timestamp',
    E: 'string',
    F: 'string',
  })
})

test('digits that identify stay text: those with leading zeros, and those called an id', async () => {
  const { infer } = await dataFolder({ 'x.csv': 'Postcode,OrderId,Quantity\n00123,17,3\n12345,18,4\n' })
  const draft = await infer('x.csv')
  expect(typesOf(draft)).toEqual({ Postcode: 'string', OrderId: 'string', Quantity: 'integer' })
  expect(columnOf(draft, 'Postcode')?.remark).toContain('leading zeros')
})

test.each([
  ['Yes and No', 'Shipped', ['Yes', 'No'], ['No', 'Yes']],
  ['capitals', 'Shipped', ['TRUE', 'FALSE'], ['FALSE', 'TRUE']],
  ['0 and 1 in a column that is a flag by its name', 'IsTrial', ['0', '1'], ['0', '1']],
  ['one value of a pair in a column that is a flag by its name', 'is_trial', ['No', 'No'], ['No', 'Yes']],
] as const)('a boolean keeps the forms of the data: %s', async (_case, name, values, booleanForms) => {
  const { infer } = await dataFolder({ 'x.csv': `Other,${name}\na,${values[0]}\nb,${values[1]}\n` })
  expect(columnOf(await infer('x.csv'), name)).toMatchObject({ type: 'boolean', booleanForms })
})

test('0 and 1 alone are a number, with a word about flags', async () => {
  const { folder, infer } = await dataFolder({ 'x.csv': 'Other,Quantity\na,0\nb,1\n' })
  expect(columnOf(await infer('x.csv'), 'Quantity')?.type).toBe('integer')
  await writeParquet(join(folder, 'x.parquet'), `SELECT unnest([0, 1]) AS Quantity`)
  expect(columnOf(await infer('x.parquet'), 'Quantity')?.remark).toContain('booleanForms')
})

test('Parquet says its types itself; what is no value a row can show is left out', async () => {
  const { folder, infer } = await dataFolder()
  await writeParquet(
    join(folder, 'x.parquet'),
    `SELECT 1::UBIGINT AS Small, 18446744073709551615::UBIGINT AS Large, 1.5::DECIMAL(9, 2) AS Money, true AS Sent,
      DATE '2026-01-01' AS Day, TIMESTAMPTZ '2026-01-01 00:00:00+00' AS Moment, [1] AS Parts, uuid() AS Uuid`,
  )
  const draft = await infer('x.parquet')
  expect(typesOf(draft)).toEqual({
    Small: 'integer',
    Large: 'decimal',
    Money: 'decimal',
    Sent: 'boolean',
    Day: 'date',
    Moment: 'timestamp',
    Uuid: 'string',
  })
  expect(draft.leftOut.map(({ name }) => name)).toEqual(['Parts'])
})

test('few texts that repeat are an enumeration, many or rare ones are not', async () => {
  const { infer } = await dataFolder({
    'x.csv': csv('State,Note,Once', 60, (i) => `${['open', 'shut'][i % 2]},n${i},${i === 0 ? 'a' : ''}`),
  })
  const draft = await infer('x.csv')
  expect(columnOf(draft, 'State')?.values).toEqual(['open', 'shut'])
  expect(columnOf(draft, 'Note')?.values).toBeUndefined()
  expect(columnOf(draft, 'Once')?.values).toBeUndefined()
})

test.each([
  ['an account beats a customer', 'CustomerId,AccountId,Amount', 'AccountId'],
  ['a partner beats a company', 'Company,Partner,Amount', 'Partner'],
  ['a number is declared as text', 'x,tenant_id,Amount', 'tenant_id'],
  ['a country of a customer is no customer', 'CustomerCountry,y,Amount', null],
] as const)('the account column: %s', async (_case, header, expected) => {
  const { infer } = await dataFolder({ 'x.csv': csv(header, 30, (i) => `${i % 3},${i % 4},${i}`) })
  const draft = await infer('x.csv')
  expect(draft.account.column).toBe(expected)
  const hidden = draft.columns.filter((column) => column.hidden === true)
  expect(hidden.map(({ name, type }) => [name, type])).toEqual(expected === null ? [] : [[expected, 'string']])
})

test('without an account column the draft says loudly who sees the rows', async () => {
  const { infer } = await dataFolder({ 'x.csv': 'Colour,Amount\nred,1\nred,2\n' })
  expect((await infer('x.csv')).account.why).toContain('EVERY ACCOUNT SEES EVERY ROW')
})

test('the date column is the one of the event, in most rows', async () => {
  const line = (i: number): string => `2026-0${(i % 5) + 1}-01,${i % 3 ? '' : '2026-05-05'},2026-01-01`
  const { infer } = await dataFolder({ 'x.csv': csv('UpdatedAt,CancelDate,OrderDate', 30, line) })
  const draft = await infer('x.csv')
  expect(draft.date.column).toBe('OrderDate')
  expect(draft.date.why).toContain('UpdatedAt')
})

test('the ranges find some of the rows, and old data get none that finds nothing', async () => {
  const { infer } = await dataFolder({
    'new.csv': 'Day,N\n2026-04-01,1\n2026-06-14,2\n',
    'old.csv': 'Day,N\n1999-04-01,1\n1999-06-14,2\n',
  })
  expect((await infer('new.csv')).ranges).toMatchObject({
    offered: ['LAST_7_DAYS', 'LAST_MONTH', 'LAST_3_MONTHS', 'LIFETIME'],
    byDefault: 'LIFETIME',
  })
  expect((await infer('old.csv')).ranges).toMatchObject({ offered: ['LIFETIME'], byDefault: 'LIFETIME' })
})

test('metrics count rows and ids, add up amounts, average prices, and leave years alone', async () => {
  const { infer } = await dataFolder({
    'x.csv': csv('OrderId,ProductId,Year,Amount,UnitPrice', 20, (i) => `${i},p${i % 3},2026,${i},9.5`),
  })
  expect((await infer('x.csv')).metrics.map(({ name, aggregate }) => `${name}: ${aggregate}`)).toEqual([
    'RowCount: count(*)',
    'DistinctProductId: countDistinct(ProductId)',
    'TotalAmount: sum(Amount)',
    'AverageUnitPrice: avg(UnitPrice)',
  ])
})

test('a metric takes no name that a column has', async () => {
  const { infer } = await dataFolder({ 'x.csv': 'total_amount,amount\n1,2\n3,4\n' })
  expect((await infer('x.csv')).metrics.map(({ name }) => name)).toEqual(['row_count', 'total_total_amount'])
})

test('a column that no query can name is left out, with a name that would do and the statement that renames it', async () => {
  const { infer } = await dataFolder({ 'x.csv': '"Miles per Gallon",select,"US-Gross",Ok\n1,2,3,4\n' })
  const draft = await infer('x.csv')
  expect(draft.columns.map(({ name }) => name)).toEqual(['Ok'])
  expect(draft.leftOut.map(({ betterName }) => betterName)).toEqual(['MilesPerGallon', '_Select', 'USGross'])
  expect(printDraft(draft, 's')).toContain('"Miles per Gallon" AS MilesPerGallon')
})

test('files without one usable name are refused with the same help', async () => {
  const { infer } = await dataFolder({ 'x.csv': '"a b","c d"\n1,2\n' })
  await expect(infer('x.csv')).rejects.toThrow(/No column of .* can be declared[^]*"a b" AS AB/)
})

test('a large file is looked at in part, and the draft says so and knows its span from the footer', async () => {
  const { folder, infer } = await dataFolder()
  await writeParquet(
    join(folder, 'big.parquet'),
    `SELECT range AS N, DATE '2026-01-01' + (range // 1000)::INTEGER AS Day FROM range(100000)`,
  )
  const draft = await infer('big.parquet', { sampleRows: 500 })
  expect(draft.basis.join(' ')).toMatch(/first 500 rows of big\.parquet were looked at; there are 100,000/)
  expect(draft.ranges?.why).toContain('2026-01-01 and 2026-04-10')
})

test('many files are looked at across the folder', async () => {
  const files = Array.from({ length: 50 }, (_, i) => [`orders/${String(i).padStart(2, '0')}.csv`, `N,D\n${i},a\n`])
  const { infer } = await dataFolder(Object.fromEntries(files) as Record<string, string>)
  const draft = await infer('orders')
  expect(draft).toMatchObject({ name: 'Orders', source: { format: 'csv', pattern: 'orders/*.csv', remark: null } })
  expect(draft.basis[0]).toContain('The first 20 rows of 50 files')
})

test.each([
  ['no file', {}, 'nothing.csv', 'There is no file or folder'],
  ['an empty folder', { 'empty/README.md': '' }, 'empty', 'There is no data file'],
  ['two formats', { 'mixed/a.csv': 'a\n1\n', 'mixed/b.json': '[]' }, 'mixed', 'A dataset has files of one format'],
  ['an ending that says nothing', { 'x.xlsx': '' }, 'x.xlsx', 'is no data file by its ending'],
  ['a broken file', { 'x.parquet': 'no parquet' }, 'x.parquet', "can't be read as parquet"],
] as const)('%s is refused in words', async (_case, files, source, sentence) => {
  const { infer } = await dataFolder(files)
  await expect(infer(source)).rejects.toThrow(sentence)
})

test('a name that FROM could not read is refused; one from a file is made readable', async () => {
  const { infer } = await dataFolder({ '2026-orders.csv': 'N,M\n1,2\n' })
  expect((await infer('2026-orders.csv')).name).toBe('_2026Orders')
  await expect(infer('2026-orders.csv', { name: 'My orders' })).rejects.toThrow('MyOrders would do')
})

test('files elsewhere get a pattern below the datasets folder, and word where to put them', async () => {
  const { folder } = await dataFolder({ 'in/orders.csv': 'N,M\n1,2\n' })
  const { drafts } = await inferDatasets({
    sources: [join(folder, 'in/orders.csv')],
    table: null,
    name: null,
    program: 'shop',
    datasetsFolder: join(folder, 'data'),
    sampleRows: 10,
    now,
  })
  const remark = expect.stringContaining(join(folder, 'data/orders.csv')) as string
  expect(drafts[0]?.source).toEqual({ format: 'csv', pattern: 'orders.csv', remark })
})

test('whatever stands in a file, the draft loads without a mistake', async () => {
  const names = [
    'select',
    'from',
    'a b',
    'null',
    'True',
    '"quoted ""name"""',
    "it's",
    '"new\nline: x"',
    'Ünïcode',
    'n°',
    '#x',
    'yes',
    '1st',
    'x(USD)',
    'LIFETIME',
  ]
  const values = ['- a', "b: 'c'", '#d', 'null', '[e', '"""f"""', '{g}', 'yes', 'ä', '@h', '%i', '&j', '*k', '!l', '|m']
  const quotedValue = (value: string): string => (value.startsWith('"') ? value : `"${value}"`)
  const { folder, infer } = await dataFolder({
    'odd.csv': csv(names.join(','), 150, (i) =>
      values.map((_, column) => quotedValue(values[(i + column) % values.length] ?? '')).join(','),
    ),
  })
  const draft = await infer('odd.csv')
  expect(draft.columns.length).toBeGreaterThan(4)
  await saveDraft(draft, join(folder, 'catalog'), { replace: false })
  const catalog = await loadCatalog(join(folder, 'catalog'))
  const loaded = catalog.findDataset('shop', 'Odd')
  expect(loaded?.columns.map(({ name }) => name)).toEqual(draft.columns.map(({ name }) => name))
  expect(loaded?.columns.map(({ values }) => values)).toEqual(draft.columns.map(({ values }) => values))
})

test('a file that is there is not replaced, unless asked', async () => {
  const { folder, infer } = await dataFolder({ 'x.csv': 'N,M\n1,2\n', 'catalog/shop/X.yaml': 'mine\n' })
  const draft = await infer('x.csv')
  const catalog = join(folder, 'catalog')
  await expect(saveDraft(draft, catalog, { replace: false })).rejects.toThrow('is there already; --force replaces it')
  await saveDraft(draft, catalog, { replace: true })
  expect((await loadCatalog(catalog)).findDataset('shop', 'X')).toBeDefined()
})
