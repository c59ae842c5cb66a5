import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { expect, onTestFinished, test } from 'vitest'
import { createRecordedOutput, runAlmanac, type RecordedOutput } from '../../test/recorded-context.ts'
import { createProgram } from '../create-program.ts'

const orders = 'Partner,OrderDate,Amount\ncontoso,2026-05-01,12.50\nfabrikam,2026-05-02,7.25\n'

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-catalog-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

/** Runs `almanac` and keeps the exit code that it asks for. */
async function almanac(...words: readonly string[]): Promise<RecordedOutput & { readonly exitCode: number }> {
  const output = createRecordedOutput()
  let exitCode = 0
  const program = createProgram({
    output,
    now: () => 0,
    interruption: () => new AbortController().signal,
    exitWith: (code) => void (exitCode = code),
  })
  await program.parseAsync(words, { from: 'user' })
  return { ...output, exitCode }
}

test('check: the catalog that ships has no mistake', async () => {
  const { lines, notes, exitCode } = await almanac('catalog', 'check')
  expect(lines.join('\n')).toMatch(/^cmp +9 +\d+ +\d+ +10$/m)
  expect(notes).toEqual(['No mistakes.'])
  expect(exitCode).toBe(0)
})

test('check: each mistake with a path that leads to it from here, and exit code 1', async () => {
  const folder = await folderWith({ 'catalog/shop/Orders.yaml': 'name: Orders\ntitle: 5\n' })
  const { lines, notes, exitCode } = await almanac('catalog', 'check', join(folder, 'catalog'))
  expect(exitCode).toBe(1)
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) expect(line).toMatch(/catalog\/shop\/Orders\.yaml:[12]: /)
  expect(notes).toEqual([`${lines.length} mistakes.`])
  const { jsons } = await almanac('catalog', 'check', join(folder, 'catalog'), '--json')
  expect(jsons).toMatchObject([{ mistakes: { length: lines.length }, programs: [] }])
})

test('infer: three names that are no file are a table of Trino, for which a setting says where that is', async () => {
  await expect(almanac('catalog', 'infer', 'lake.marts.sales')).rejects.toThrow(
    'There is no file lake.marts.sales. If it is a table of Trino, say where that is: set trino.url (ALMANAC_TRINO_URL).',
  )
})

test('infer prints a draft; with --out it makes a catalog that check passes with its data', async () => {
  const folder = await folderWith({ 'data/datasets/orders.csv': orders })
  const file = join(folder, 'data/datasets/orders.csv')
  const data = join(folder, 'data')
  const catalog = join(folder, 'catalog')
  expect((await almanac('catalog', 'infer', file, '--data', data)).lines.join('\n')).toContain(
    'accountColumn: Partner\n',
  )

  const drafted = await almanac('catalog', 'infer', file, '--data', data, '--program', 'shop', '--out', catalog)
  expect(drafted.lines).toEqual([expect.stringMatching(/catalog\/shop\/Orders\.yaml$/)])
  expect(drafted.notes[0]).toMatch(/^Partner: Whose row it is/)
  const text = await readFile(join(catalog, 'shop/Orders.yaml'), 'utf8')
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/dataset\.schema\.json\n/)
  expect(text).toContain('pattern: orders.csv\n')
  await expect(readFile(join(catalog, 'dataset.schema.json'), 'utf8')).resolves.toContain('urn:almanac:catalog:dataset')

  const checked = await almanac('catalog', 'check', catalog, '--data', data)
  expect(checked).toMatchObject({ exitCode: 0, notes: ['No mistakes, and the data are as the catalog says.'] })

  await writeFile(file, orders.replace('12.50', 'a lot'))
  const broken = await almanac('catalog', 'check', catalog, '--data', data)
  expect(broken.exitCode).toBe(1)
  expect(broken.lines).toEqual([
    expect.stringMatching(/Orders\.yaml:\d+: 'a lot' \(orders\.csv, line 2\) is no decimal/),
  ])
})

test('infer drafts each table of a database, or the one that is named; check passes them', async () => {
  const folder = await folderWith({ 'data/datasets/README.md': '' })
  const file = join(folder, 'data/datasets/shop.duckdb')
  const database = await DuckDBInstance.create(file)
  const connection = await database.connect()
  await connection.run(
    `CREATE TABLE orders AS SELECT 'contoso' AS Partner, DATE '2026-05-01' AS OrderDate, 1 AS Pieces`,
  )
  await connection.run('CREATE TABLE lists AS SELECT [1] AS items')
  await connection.run('CREATE TABLE countries AS SELECT 1 AS Id, 2 AS Region')
  connection.closeSync()
  database.closeSync()

  const words = ['catalog', 'infer', file, '--data', join(folder, 'data'), '--program', 'shop']
  const printed = (await almanac(...words)).lines.join('\n')
  expect(printed.split('\n---\n')).toHaveLength(2)
  expect(printed).toContain('  format: duckdb\n  database: shop.duckdb\n  table: orders\n')
  const catalog = join(folder, 'catalog')
  const one = await almanac(...words, '--table', 'orders', '--name', 'Sales', '--out', catalog)
  expect(one.lines).toEqual([expect.stringMatching(/shop\/Sales\.yaml$/)])
  const all = await almanac(...words, '--out', catalog)
  expect(all.lines).toEqual([
    expect.stringMatching(/shop\/Countries\.yaml$/),
    expect.stringMatching(/shop\/Orders\.yaml$/),
  ])
  expect(all.notes[0]).toContain('No column of main.lists can be declared')
  const checked = await almanac('catalog', 'check', catalog, '--data', join(folder, 'data'))
  expect(checked).toMatchObject({ exitCode: 0, notes: ['No mistakes, and the data are as the catalog says.'] })
})

test('infer replaces a file only when asked', async () => {
  const folder = await folderWith({ 'orders.csv': orders })
  const words = ['catalog', 'infer', join(folder, 'orders.csv'), '--data', folder, '--out', join(folder, 'catalog')]
  await almanac(...words)
  await expect(almanac(...words)).rejects.toThrow('is there already; --force replaces it')
  await expect(almanac(...words, '--force')).resolves.toBeDefined()
})

test('schema prints either schema, or puts both beside a catalog', async () => {
  const { lines } = await runAlmanac('catalog', 'schema')
  expect(JSON.parse(lines.join('\n'))).toMatchObject({ $id: 'urn:almanac:catalog:dataset' })
  const other = await runAlmanac('catalog', 'schema', 'system-queries')
  expect(JSON.parse(other.lines.join('\n'))).toMatchObject({ $id: 'urn:almanac:catalog:system-queries' })
  const folder = await folderWith({})
  await runAlmanac('catalog', 'schema', '--out', join(folder, 'catalog'))
  expect(await readFile(join(folder, 'catalog/dataset.schema.json'), 'utf8')).toBe(`${lines.join('\n')}\n`)
})
