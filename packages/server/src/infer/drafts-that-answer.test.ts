import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkCatalog } from '../check-catalog.ts'
import { loadSettings } from '../config/load-settings.ts'
import { createDataFolder } from '../datasets/data-folder.ts'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { createDuckDbEngine } from '../engines/duckdb/create-duckdb-engine.ts'
import { createFakeClock } from '../kernel/testing/fake-clock.ts'
import { createPreviewGate } from '../queries/preview-gate.ts'
import { previewQuery } from '../queries/preview-query.ts'
import { openSqliteStores } from '../stores/open-sqlite-stores.ts'
import type { DatasetDraft } from './draft.ts'
import { inferDatasets, type Inferred, type InferInput } from './infer-datasets.ts'
import { printDraft } from './print-draft.ts'
import { saveDraft } from './save-draft.ts'

// Drafts of folders that are columns, and of tables: saved, checked against their data, and asked as an account.

const now = Date.UTC(2026, 5, 15)

interface House {
  readonly folder: string
  infer(source: string, more?: Partial<InferInput>): Promise<Inferred>
  /** The one draft of a source. */
  draft(source: string, more?: Partial<InferInput>): Promise<DatasetDraft>
  write(name: string, text: string): Promise<void>
  /** Makes a database of these statements. */
  database(name: string, ...statements: readonly string[]): Promise<void>
}

async function openHouse(files: Readonly<Record<string, string>> = {}): Promise<House> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'almanac-drafts-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const house: House = {
    folder,
    infer: (source, more = {}) =>
      inferDatasets({
        sources: [join(folder, source)],
        table: null,
        name: null,
        program: 'shop',
        datasetsFolder: folder,
        sampleRows: 1_000,
        now,
        ...more,
      }),
    async draft(source, more) {
      const { drafts, skipped } = await house.infer(source, more)
      const [draft] = drafts
      if (draft === undefined || drafts.length > 1 || skipped.length > 0) throw new Error('one draft was expected')
      return draft
    },
    async write(name, text) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    },
    async database(name, ...statements) {
      const database = await DuckDBInstance.create(join(folder, name))
      const connection = await database.connect()
      for (const statement of statements) await connection.run(statement)
      connection.closeSync()
      database.closeSync()
    },
  }
  for (const [name, text] of Object.entries(files)) await house.write(name, text)
  return house
}

const columnsOf = ({ columns }: DatasetDraft) => Object.fromEntries(columns.map(({ name, type }) => [name, type]))

/** Saves drafts as a catalog, checks it against its data, and gives what asks its datasets as an account. */
async function serve({ folder }: House, drafts: readonly DatasetDraft[]) {
  const catalogFolder = join(folder, 'catalog')
  for (const draft of drafts) await saveDraft(draft, catalogFolder, { replace: false })
  const catalog = await loadCatalog(catalogFolder)
  const engine = createDuckDbEngine({
    readFolders: [folder],
    writeFolder: join(folder, 'staging'),
    tempFolder: join(folder, 'temp'),
    memoryLimitMiB: 256,
    threads: 1,
    exportProcesses: 1,
    previewProcesses: 1,
    maximumTempGiB: 1,
  })
  onTestFinished(() => engine.close())
  const data = createDataFolder(folder)
  const stores = await openSqliteStores(':memory:')
  onTestFinished(() => stores.close())
  const settings = await loadSettings({
    configFile: null,
    overrides: { catalogFolder, datasetsFolder: folder, dataFolder: folder },
  })
  const deps = { catalog, data, engine, profile: 'open', clock: createFakeClock(now) } as const
  const gate = { previewRows: 100, previewTimeoutSeconds: 60, previewGate: createPreviewGate(1) }
  const { signal } = new AbortController()
  const { mistakes, notes } = await checkCatalog(settings, { withData: true, signal })
  return {
    mistakes,
    notes,
    ask: async (text: string, accountId: string) => {
      const owner = { accountId, clientId: 'client', user: '1' }
      const { rows } = await previewQuery({ ...deps, ...gate, queries: stores.queries }, owner, {
        program: 'shop',
        source: { kind: 'text', text },
        startAt: null,
        endAt: null,
        signal,
      })
      return rows
    },
  }
}

const sales = (rows: string): string => `OrderId,Amount\n${rows}\n`

describe('folders called like columns', () => {
  test('are drafted with the columns of the files, guessed at alike, checked, and asked', async () => {
    const house = await openHouse({
      'sales/account=contoso/day=2026-05-01/p.csv': sales('o-1,10\no-2,20'),
      'sales/account=contoso/day=2026-05-02/p.csv': sales('o-3,30'),
      'sales/account=fabrikam/day=2026-05-01/p.csv': sales('o-4,40'),
    })
    const draft = await house.draft('sales')
    expect(columnsOf(draft)).toEqual({ OrderId: 'string', Amount: 'integer', account: 'string', day: 'date' })
    expect(draft.account).toEqual({ column: 'account', why: expect.stringContaining('2 accounts in 4 rows') as string })
    expect(draft.columns.find(({ name }) => name === 'account')).toMatchObject({
      hidden: true,
      remark: 'stands in the folders of the files, account=…',
    })
    expect(draft.date.column).toBe('day')
    expect(draft.ranges?.why).toContain('The rows lie between 2026-05-01 and 2026-05-02')
    expect(draft.source).toEqual({ format: 'csv', pattern: 'sales/**/*.csv', remark: null })
    expect(draft.name).toBe('Sales')
    const yaml = printDraft(draft, 'dataset.schema.json')
    expect(yaml).toContain('\naccountColumn: account\n')
    expect(yaml).not.toContain('EVERY ACCOUNT SEES EVERY ROW')

    const { mistakes, ask } = await serve(house, [draft])
    expect(mistakes).toEqual([])
    expect(await ask('SELECT day, OrderId FROM Sales ORDER BY OrderId ASC TIMESPAN LIFETIME', 'contoso')).toEqual([
      ['2026-05-01', 'o-1'],
      ['2026-05-01', 'o-2'],
      ['2026-05-02', 'o-3'],
    ])
    expect(await ask("SELECT OrderId FROM Sales WHERE day = '2026-05-01' TIMESPAN LIFETIME", 'fabrikam')).toEqual([
      ['o-4'],
    ])
    expect(await ask('SELECT OrderId FROM Sales TIMESPAN LIFETIME', 'nobody')).toEqual([])
  })

  test('are read in all paths, not only those of the files that are looked at', async () => {
    const days = Array.from({ length: 60 }, (_, index) => new Date(now - index * 86_400_000).toISOString().slice(0, 10))
    const files = Object.fromEntries(
      days.map((day, index) => [`use/day=${day}/level=${index}/p.csv`, `N,M\n${index},1\n`]),
    )
    const house = await openHouse({ ...files, 'use/day=2020-01-01/level=none/p.csv': 'N,M\n1,1\n' })
    const draft = await house.draft('use')
    // One of sixty is no number; a bounded look would have missed it.
    expect(columnsOf(draft)).toMatchObject({ day: 'date', level: 'string' })
    expect(draft.ranges?.why).toContain('between 2020-01-01 and 2026-06-15')
  })

  test.each([
    ['whole numbers', ['2024', '2025'], 'integer'],
    ['numbers below zero', ['-1', '12'], 'integer'],
    ['days', ['2024-02-29', '2025-12-31'], 'date'],
    ['a day that is none', ['2024-02-30', '2025-12-31'], 'string'],
    ['digits with leading zeros', ['05', '12'], 'string'],
    ['fractions', ['1.5', '2'], 'string'],
    ['times', ['2024-05-01%2010%3A00', '2024-05-02%2010%3A00'], 'string'],
    ['texts', ['north%20west', 'south'], 'string'],
    ['a day and no value', ['2024-05-01', '__HIVE_DEFAULT_PARTITION__'], 'date'],
  ])('of %s are typed by all of their values', async (_, values, type) => {
    const house = await openHouse(
      Object.fromEntries(values.map((value) => [`d/part=${value}/p.csv`, 'Region,Amount\na,1\n'])),
    )
    const draft = await house.draft('d')
    expect(columnsOf(draft)).toMatchObject({ part: type })
    expect((await serve(house, [draft])).mistakes).toEqual([])
  })

  test('count, also when files have the column as well', async () => {
    const house = await openHouse({
      'd/Region=north/p.csv': 'region,Amount\nwrong,1\n',
      'd/Region=south/p.csv': 'region,Amount\nwrong,2\n',
    })
    const draft = await house.draft('d')
    expect(columnsOf(draft)).toEqual({ Amount: 'integer', Region: 'string' })
    const { mistakes, ask } = await serve(house, [draft])
    expect(mistakes).toEqual([])
    expect(await ask('SELECT Region, Amount FROM D ORDER BY Amount ASC', 'anyone')).toEqual([
      ['north', 1],
      ['south', 2],
    ])
  })

  test('that not all files have, or twice, or that no query can name, are left out with the reason', async () => {
    const house = await openHouse({
      'some/day=2024-05-01/p.csv': 'N,M\n1,1\n',
      'some/p.csv': 'N,M\n1,1\n',
      'odd/order=1/the day=2/x=1/x=2/p.csv': 'N,M\n1,1\n',
    })
    const some = await house.draft('some')
    expect(columnsOf(some)).toEqual({ N: 'integer', M: 'integer' })
    expect(some.leftOut).toEqual([
      { name: 'day', reason: expect.stringContaining('a folder of some files only') as string, betterName: null },
    ])
    const odd = await house.draft('odd')
    expect(odd.leftOut.map(({ name }) => name)).toEqual(expect.arrayContaining(['the day', 'x']))
    expect((await serve(house, [some, odd])).mistakes).toEqual([])
  })

  test('of Parquet and JSON are drafted alike', async () => {
    const house = await openHouse({
      'json/tenant=a/p.json': '{"n": 1, "t": "x"}\n',
      'json/tenant=b/p.json': '{"n": 2, "t": "x"}\n',
    })
    for (const tenant of ['a', 'b']) await mkdir(join(house.folder, `parquet/tenant=${tenant}`), { recursive: true })
    const copies = ['a', 'b'].map(
      (tenant) =>
        `COPY (SELECT 1 AS n, 'x' AS t) TO '${house.folder}/parquet/tenant=${tenant}/p.parquet' (FORMAT parquet)`,
    )
    await house.database('scratch.tmp', ...copies)
    const drafts = [await house.draft('json'), await house.draft('parquet')]
    for (const draft of drafts) expect(draft.account.column).toBe('tenant')
    const { mistakes, ask } = await serve(house, drafts)
    expect(mistakes).toEqual([])
    for (const name of ['Json', 'Parquet']) expect(await ask(`SELECT n FROM ${name}`, 'b')).toHaveLength(1)
  })
})

describe('a DuckDB database', () => {
  const orders = `CREATE TABLE orders AS SELECT * FROM (VALUES
    ('contoso', 'o-1', DATE '2026-05-01', 12.5), ('fabrikam', 'o-2', DATE '2026-05-02', 7.25)
  ) AS t(Partner, OrderId, OrderDate, Amount)`

  test('gives a draft of each table, in every schema, that is checked and asked', async () => {
    const house = await openHouse()
    await house.database(
      'shop.duckdb',
      orders,
      'CREATE SCHEMA marts',
      `CREATE TABLE marts."daily use" AS SELECT DATE '2026-05-01' AS UseDate, 5 AS Hours, 'contoso' AS AccountId`,
      'CREATE VIEW all_orders AS FROM orders',
    )
    const { drafts, skipped } = await house.infer('shop.duckdb')
    expect(skipped).toEqual([])
    expect(drafts.map(({ name, source }) => ({ name, source }))).toEqual([
      {
        name: 'Orders',
        source: { format: 'duckdb', database: 'shop.duckdb', schema: 'main', table: 'orders', remark: null },
      },
      {
        name: 'DailyUse',
        source: { format: 'duckdb', database: 'shop.duckdb', schema: 'marts', table: 'daily use', remark: null },
      },
    ])
    const [first] = drafts
    expect(first && columnsOf(first)).toEqual({
      Partner: 'string',
      OrderId: 'string',
      OrderDate: 'date',
      Amount: 'decimal',
    })
    expect(first).toMatchObject({ account: { column: 'Partner' }, date: { column: 'OrderDate' } })
    expect(first?.basis).toEqual(['All rows of the table orders were looked at (2).'])

    const { mistakes, ask } = await serve(house, drafts)
    expect(mistakes).toEqual([])
    expect(await ask('SELECT OrderId, Amount FROM Orders TIMESPAN LIFETIME', 'contoso')).toEqual([['o-1', 12.5]])
    expect(await ask('SELECT Hours FROM DailyUse TIMESPAN LIFETIME', 'contoso')).toEqual([[5]])
  })

  test('gives the draft of one table, named with or without its schema, in any case', async () => {
    const house = await openHouse()
    await house.database('shop.db', orders, 'CREATE TABLE other (N INTEGER)')
    for (const table of ['orders', 'Main.Orders']) {
      const draft = await house.draft('shop.db', { table, name: 'Sales' })
      expect(draft).toMatchObject({ name: 'Sales', source: { table: 'orders' } })
    }
    await expect(house.infer('shop.db', { table: 'nothing' })).rejects.toThrow(
      'has no table nothing; it has main.orders, main.other.',
    )
    await expect(house.infer('shop.db', { name: 'Sales' })).rejects.toThrow('has 2 tables: say --table')
  })

  test('that is large is looked at in part, but for the span of its dates', async () => {
    const house = await openHouse()
    await house.database(
      'big.duckdb',
      `CREATE TABLE use AS SELECT DATE '2024-01-01' + CAST(i AS INTEGER) AS day, i AS n FROM range(500) AS r(i)`,
    )
    const draft = await house.draft('big.duckdb', { sampleRows: 10 })
    expect(draft.basis[0]).toBe('The first 10 rows of the table use were looked at; there are 500.')
    expect(draft.ranges?.why).toContain('between 2024-01-01 and 2025-05-14')
  })

  test('has tables of one name in two schemas, which become two datasets', async () => {
    const house = await openHouse()
    await house.database('two.duckdb', orders, 'CREATE SCHEMA old', 'CREATE TABLE old.Orders AS FROM main.orders')
    const { drafts } = await house.infer('two.duckdb')
    expect(drafts.map(({ name }) => name)).toEqual(['MainOrders', 'OldOrders'])
    expect((await serve(house, drafts)).mistakes).toEqual([])
  })

  test('with a table of which nothing can be declared gives the others, and says why', async () => {
    const house = await openHouse()
    await house.database('odd.duckdb', orders, 'CREATE TABLE lists AS SELECT [1, 2] AS items')
    const { drafts, skipped } = await house.infer('odd.duckdb')
    expect(drafts.map(({ name }) => name)).toEqual(['Orders'])
    expect(skipped).toEqual([expect.stringContaining('No column of main.lists can be declared.')])
    await expect(house.infer('odd.duckdb', { table: 'lists' })).rejects.toThrow('No column of main.lists')
  })

  test('with a column that no query can name says how to rename it', async () => {
    const house = await openHouse()
    await house.database('names.duckdb', `CREATE TABLE cars AS SELECT 'a' AS Name, 1 AS "Miles per Gallon"`)
    const yaml = printDraft(await house.draft('names.duckdb'), 'dataset.schema.json')
    expect(yaml).toContain('#   ALTER TABLE "main"."cars" RENAME COLUMN "Miles per Gallon" TO MilesPerGallon;')
    expect(yaml).toContain('source:\n  format: duckdb\n  database: names.duckdb\n  table: cars\n')
  })

  test('that is none, is not there, or comes with other files is refused in words', async () => {
    const house = await openHouse({ 'text.duckdb': 'no database at all', 'orders.csv': 'N,M\n1,2\n' })
    await house.database('empty.duckdb', 'CREATE VIEW v AS SELECT 1 AS n')
    await expect(house.infer('text.duckdb')).rejects.toThrow("can't be read as a DuckDB database")
    await expect(house.infer('gone.duckdb')).rejects.toThrow('There is no file')
    await expect(house.infer('empty.duckdb')).rejects.toThrow("has no table; views can't be read")
    await expect(house.infer('orders.csv', { table: 'orders' })).rejects.toThrow('--table names a table of a DuckDB')
    const sources = ['text.duckdb', 'orders.csv'].map((name) => join(house.folder, name))
    await expect(house.infer('', { sources })).rejects.toThrow('name it alone')
  })
})
