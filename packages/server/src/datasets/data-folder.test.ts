import { appendFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
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
    return relation.paths
  }
  expect(await paths('sales/*.csv')).toEqual(['B', 'a', 'b'].map((name) => join(folder, `sales/${name}.csv`)))
  expect(await paths('sales/**/*.csv')).toHaveLength(4)
  expect(await paths('sales/a.csv')).toEqual([join(folder, 'sales/a.csv')])
})

test('the version stays while nothing changes, and changes with content, time, name and number of files', async () => {
  const folder = await folderWith({ 'sales/a.csv': '1', 'sales/b.csv': '2' })
  const source = createDataFolder(folder)
  const at = (name: string): string => join(folder, 'sales', name)
  const version = async (): Promise<string> => (await source.versionOf(datasetAt('sales/*.csv'))).id

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
  expect((await source.versionOf(datasetAt('sales/*.csv'))).relation.paths).toHaveLength(2)
  await symlink(join(folder, 'outside.csv'), join(folder, 'data/sales/y.csv'))
  await expect(source.versionOf(datasetAt('sales/*.csv'))).rejects.toThrow(/has a file outside .*y\.csv/)
})

test('no file at all is an error that names dataset and pattern', async () => {
  const folder = await folderWith({ 'sales/a.csv': '1' })
  await expect(createDataFolder(folder).versionOf(datasetAt('stock/*.csv'))).rejects.toThrow(
    'The source of Orders, stock/*.csv, matches no file in the datasets folder',
  )
  await expect(createDataFolder('/no/such/folder').versionOf(datasetAt('*.csv'))).rejects.toThrow(/matches no file/)
})
