import type { Relation } from '@almanac/query'
import { appendFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDataFolder } from './data-folder.ts'
import type { CatalogDataset } from './dataset.ts'
import { folderWith } from './testing/catalog-folder.ts'
import { smallDataset } from './testing/small-catalog.ts'

function datasetAt(pattern: string): CatalogDataset {
  return smallDataset({ source: { kind: 'files', format: 'csv', pattern } })
}

test('a pattern gives its files as absolute paths in one order, folders and other files left out', async () => {
  const folder = await folderWith({
    'sales/b.csv': '1',
    'sales/B.csv': '2',
    'sales/a.csv': '3',
    'sales/a.csv.partial': '4',
    'sales/2024/c.csv': '5',
    'sales/folder.csv/x': '6',
  })
  const paths = async (pattern: string): Promise<readonly string[]> => {
    // A relative root is one too.
    const { relation } = await createDataFolder(relative(process.cwd(), folder)).versionOf(datasetAt(pattern))
    expect(relation).toMatchObject({ kind: 'files', format: 'csv' })
    return pathsOf(relation)
  }
  expect(await paths('sales/*.csv')).toEqual(['B', 'a', 'b'].map((name) => join(folder, `sales/${name}.csv`)))
  expect(await paths('sales/**/*.csv')).toHaveLength(4)
  expect(await paths('sales/a.csv')).toEqual([join(folder, 'sales/a.csv')])
})

test('the version stays while nothing changes, and changes with content, time, name and number of files', async () => {
  const folder = await folderWith({ 'sales/a.csv': '1', 'sales/b.csv': '2' })
  const source = createDataFolder(folder)
  const at = (name: string): string => join(folder, 'sales', name)
  const version = async (): Promise<string | null> => (await source.versionOf(datasetAt('sales/*.csv'))).id

  const seen = [await version()]
  expect(await version()).toBe(seen[0])
  const changes: readonly (() => Promise<void>)[] = [
    () => appendFile(at('a.csv'), '1'),
    () => utimes(at('a.csv'), 1_700_000_000, 1_700_000_000),
    () => rename(at('a.csv'), at('c.csv')),
    () => writeFile(at('d.csv'), ''),
    () => rm(at('b.csv')),
  ]
  for (const change of changes) {
    await change()
    const id = await version()
    expect(seen).not.toContain(id)
    seen.push(id)
  }
})

test('the same files below another folder are the same version', async () => {
  const files = { 'sales/a.csv': '1' }
  const here = await folderWith(files)
  const there = await folderWith(files)
  const versions = [here, there].map(async (path) => {
    await utimes(join(path, 'sales/a.csv'), 1_700_000_000, 1_700_000_000)
    return (await createDataFolder(path).versionOf(datasetAt('sales/*.csv'))).id
  })
  const [first, second] = await Promise.all(versions)
  expect(first).toBe(second)
})

test.each(['../*.csv', 'sales/../../*.csv', '/etc/*', 'C:\\*.csv', '{..,sales}/*.csv', '{.,}./{.,}./*.csv'])(
  'the pattern %s, which leaves the folder, is refused',
  async (pattern) => {
    const folder = await folderWith({ 'outside.csv': '1', 'data/in/x.csv': '2' })
    await expect(createDataFolder(join(folder, 'data/in')).versionOf(datasetAt(pattern))).rejects.toThrow(
      /leaves the datasets folder|outside of the datasets folder|matches no file/,
    )
  },
)

test('a link to a file outside is refused by name, one to a file inside is followed', async () => {
  const folder = await folderWith({ 'outside.csv': '1', 'data/kept/x.csv': '2', 'data/sales/a.csv': '3' })
  const source = createDataFolder(join(folder, 'data'))
  await symlink(join(folder, 'data/kept/x.csv'), join(folder, 'data/sales/x.csv'))
  expect(pathsOf((await source.versionOf(datasetAt('sales/*.csv'))).relation)).toHaveLength(2)
  await symlink(join(folder, 'outside.csv'), join(folder, 'data/sales/y.csv'))
  await expect(source.versionOf(datasetAt('sales/*.csv'))).rejects.toThrow(/has a file outside .*y\.csv/)
  await symlink(folder, join(folder, 'data/folder'))
  await expect(source.versionOf(datasetAt('folder/outside.csv'))).rejects.toThrow(/has a file outside .*outside\.csv/)
})

test('an empty CSV file is no part of what is read, but of the version', async () => {
  const folder = await folderWith({ 'sales/a.csv': '', 'sales/b.csv': 'Id\n1\n' })
  const source = createDataFolder(folder)
  const before = await source.versionOf(datasetAt('sales/*.csv'))
  expect(pathsOf(before.relation)).toEqual([join(folder, 'sales/b.csv')])
  await appendFile(join(folder, 'sales/a.csv'), 'Id\n2\n')
  const after = await source.versionOf(datasetAt('sales/*.csv'))
  expect(pathsOf(after.relation)).toHaveLength(2)
  expect(after.id).not.toBe(before.id)

  await writeFile(join(folder, 'sales/a.csv'), '')
  await expect(source.versionOf(datasetAt('sales/a.csv'))).rejects.toThrow(/matches only empty files/)
})

test('a declared delimiter comes along', async () => {
  const folder = await folderWith({ 'a.csv': 'Id;Name' })
  const source = { kind: 'files', format: 'csv', pattern: 'a.csv', delimiter: ';' } as const
  expect((await createDataFolder(folder).versionOf(smallDataset({ source }))).relation).toMatchObject({
    delimiter: ';',
  })
})

describe('a version is unchanged', () => {
  const files = { 'sales/a.csv': '1', 'sales/b.csv': '2', 'sales/c.csv': '3' }
  const changes: readonly (readonly [
    what: string,
    change: (at: (name: string) => string) => Promise<unknown>,
    is: boolean,
  ])[] = [
    ['while nothing happens', async () => undefined, true],
    ['though another file came', (at) => writeFile(at('d.csv'), '4'), true],
    ['though a file changed that was not read', (at) => appendFile(at('c.csv'), '4'), true],
    ['no more when a file grew', (at) => appendFile(at('b.csv'), '4'), false],
    ['no more when a file went', (at) => rm(at('b.csv')), false],
    ['no more when another took its place', (at) => rename(at('c.csv'), at('a.csv')), false],
  ]

  test.each(changes)('%s', async (_, change, is) => {
    const folder = await folderWith(files)
    const { relation, isUnchanged } = await createDataFolder(folder).versionOf(datasetAt('sales/*.csv'))
    // Written in the same millisecond they could not be told apart.
    await utimes(join(folder, 'sales/c.csv'), 1_700_000_000, 1_700_000_000)
    await change((name) => join(folder, 'sales', name))
    const read = { ...relation, paths: pathsOf(relation).slice(0, 2) } as Relation
    expect(await isUnchanged?.(read)).toBe(is)
  })
})

describe('folders that are called like a column', () => {
  const paths = (...names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [`sales/${name}/a.csv`, '1']))
  const partitionsOf = async (files: Record<string, string>, pattern = 'sales/**/*.csv'): Promise<unknown> => {
    const { relation } = await createDataFolder(await folderWith(files)).versionOf(datasetAt(pattern))
    return relation.kind === 'files' ? relation.partitionColumns : undefined
  }

  test('give that column, as they spell it; others are folders', async () => {
    expect(await partitionsOf(paths('accountid=a/OrderDate=2024-05-01', 'accountid=b/OrderDate=2024-05-02'))).toEqual([
      'accountid',
      'OrderDate',
    ])
    expect(await partitionsOf(paths('part=1', 'part=2'))).toBeUndefined()
    expect(await partitionsOf(paths('x', 'part=2/y'))).toBeUndefined()
    expect(await partitionsOf(paths('run=7/OrderId=a', 'run=7/OrderId=b'))).toEqual(['OrderId'])
    expect(await partitionsOf(paths('OrderId=a'), 'sales/OrderId=a/*.csv')).toEqual(['OrderId'])
  })

  test.each([
    [
      'a file without the folder',
      ['OrderId=a', ''],
      /those of sales\/OrderId=a\/a\.csv say OrderId=…, those of sales\/a\.csv nothing/,
    ],
    ['two depths', ['OrderId=a', 'OrderId=a/OrderDate=2024-05-01'], /OrderId=…\/OrderDate=…/],
    ['another order', ['OrderId=a/AccountId=b', 'AccountId=b/OrderId=a'], /Each file needs the same ones/],
    ['another spelling', ['OrderId=a', 'orderid=b'], /Each file needs the same ones/],
    ['a folder of no column beside it', ['OrderId=a', 'part=1/OrderId=a'], /part=…\/OrderId=…/],
    ['a value that the engine reads as no partition', ['OrderId=a', 'OrderId=b=c'], /percent-encode/],
    ['a value that is no text', ['OrderId=a', 'OrderId=%C3'], /percent-encode/],
    ['one column twice', ['OrderId=a/orderid=b'], /has two folders OrderId=… in/],
  ])('are refused by name when there is %s', async (_, names, words) => {
    await expect(partitionsOf(paths(...names))).rejects.toThrow(words)
  })

  test('are refused when the datasets folder lies below one', async () => {
    const folder = await folderWith({
      'AccountId=x/data/sales/OrderId=a/a.csv': '1',
      'part=x/data/sales/OrderId=a/a.csv': '1',
    })
    const versionBelow = (name: string) =>
      createDataFolder(join(folder, name, 'data')).versionOf(datasetAt('sales/**/*.csv'))
    await expect(versionBelow('AccountId=x')).rejects.toThrow(/is below a folder AccountId=…/)
    expect((await versionBelow('part=x')).relation).toMatchObject({ partitionColumns: ['OrderId'] })
  })
})

describe('a table of a database', () => {
  const at = (database: string): CatalogDataset =>
    smallDataset({ source: { kind: 'duckdb', database, schema: 'main', table: 'sold' } })

  test('is that table, in a version that changes with the file and with what waits beside it', async () => {
    const folder = await folderWith({ 'shop/sales.duckdb': 'a database' })
    const source = createDataFolder(folder)
    const path = join(folder, 'shop/sales.duckdb')
    const first = await source.versionOf(at('shop/sales.duckdb'))
    expect(first).toMatchObject({
      relation: { kind: 'duckdb', database: path, schema: 'main', table: 'sold' },
      rows: null,
    })
    expect(await source.versionOf(at('shop/sales.duckdb'))).toMatchObject({ id: first.id })
    expect(await first.isUnchanged?.(first.relation)).toBe(true)

    await writeFile(`${path}.wal`, 'not merged yet')
    const second = await source.versionOf(at('shop/sales.duckdb'))
    expect(second.id).not.toBe(first.id)
    expect(await first.isUnchanged?.(first.relation)).toBe(false)
    await appendFile(path, 'x')
    expect((await source.versionOf(at('shop/sales.duckdb'))).id).not.toBe(second.id)
    expect(await second.isUnchanged?.(second.relation)).toBe(false)
  })

  test('is refused in words when the file is not there, is a folder, or lies elsewhere', async () => {
    const folder = await folderWith({ 'outside.duckdb': 'x', 'data/shop.duckdb/x': 'x', 'data/in.duckdb': 'x' })
    const source = createDataFolder(join(folder, 'data'))
    for (const name of ['gone.duckdb', 'shop.duckdb']) {
      await expect(source.versionOf(at(name))).rejects.toThrow(
        `The source of Orders, ${name}, is no file in the datasets folder ${join(folder, 'data')}`,
      )
    }
    await expect(source.versionOf(at('../outside.duckdb'))).rejects.toThrow(/leaves the datasets folder/)
    await symlink(join(folder, 'outside.duckdb'), join(folder, 'data/link.duckdb'))
    await expect(source.versionOf(at('link.duckdb'))).rejects.toThrow(/has a file outside .*link\.duckdb/)
    await symlink(join(folder, 'outside.duckdb'), join(folder, 'data/in.duckdb.wal'))
    await expect(source.versionOf(at('in.duckdb'))).rejects.toThrow(/has a file outside .*in\.duckdb\.wal/)
  })
})

test('no file at all is an error that names dataset and pattern', async () => {
  const folder = await folderWith({ 'sales/a.csv': '1' })
  await expect(createDataFolder(folder).versionOf(datasetAt('stock/*.csv'))).rejects.toThrow(
    'The source of Orders, stock/*.csv, matches no file in the datasets folder',
  )
  await expect(createDataFolder('/no/such/folder').versionOf(datasetAt('*.csv'))).rejects.toThrow(/matches no file/)
})

function pathsOf(relation: Relation): readonly string[] {
  return relation.kind === 'files' ? relation.paths : []
}
