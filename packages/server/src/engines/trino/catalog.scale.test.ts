import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { checkCatalog } from '../../check-catalog.ts'
import type { CatalogCheck } from '../../check-catalog.ts'
import { readSettings } from '../../config/read-settings.ts'
import { folderWith, withLine } from '../../datasets/testing/catalog-folder.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { rowsOfTrino } from './testing/trino-world.ts'

let trino: TestTrino

beforeAll(async () => {
  trino = await startTrino()
  for (const statement of [
    'DROP TABLE IF EXISTS memory.default.sold',
    `CREATE TABLE memory.default.sold (saleid VARCHAR, soldon DATE, isgift BOOLEAN, accountid VARCHAR, amount DECIMAL(9, 2))`,
    `INSERT INTO memory.default.sold VALUES ('s-1', DATE '2026-01-01', TRUE, 'contoso', 1.5), ('s-2', DATE '2026-01-02', FALSE, NULL, 2)`,
    'DROP TABLE IF EXISTS memory.default.texts',
    'CREATE TABLE memory.default.texts (saleid VARCHAR, soldon VARCHAR, isgift VARCHAR, accountid VARCHAR, amount VARCHAR)',
    `INSERT INTO memory.default.texts VALUES ('s-1', 'soon', 'true', 'contoso', '1.5')`,
  ])
    await rowsOfTrino(trino.connection, statement)
})

afterAll(() => trino?.stop())

async function check(source: string, url: string | null = trino.url): Promise<CatalogCheck> {
  const folder = await folderWith({ 'catalog/shop/Sales.yaml': withLine(4, `source: ${source}`) })
  const settings = readSettings({
    file: null,
    environment: {},
    overrides: {
      catalogFolder: join(folder, 'catalog'),
      dataFolder: join(folder, 'data'),
      'engine.threads': 1,
      ...(url !== null && { 'trino.url': url }),
    },
    isTerminal: false,
  })
  return checkCatalog(settings, { withData: true, signal: new AbortController().signal })
}

const lines = ({ mistakes }: CatalogCheck): readonly string[] =>
  mistakes.map(({ line, message }) => `${line}: ${message}`)

describe('a catalog held against tables of a real Trino', () => {
  test('finds rows that nobody would see', async () => {
    expect(lines(await check('{ format: trino, catalog: memory, schema: default, table: sold }'))).toEqual([
      '6: 1 of 2 rows have no AccountId: nobody would see them. Fill it in, or leave them out of the data',
    ])
  })

  test('finds a column that the table has not got', async () => {
    const [first] = lines(await check('{ format: trino, catalog: tpch, schema: tiny, table: nation }'))
    expect(first).toMatch(/^10: tpch\.tiny\.nation has no column SaleId; it has nationkey, name, regionkey, comment$/)
  })

  test('finds values that are not of the declared type', async () => {
    const [first] = lines(await check('{ format: trino, catalog: memory, schema: default, table: texts }'))
    expect(first).toMatch(/^11: .*soon.* date/)
  })

  test.each([
    [
      '{ format: trino, catalog: memory, schema: default, table: gone }',
      /memory\.default\.gone can't be read: Trino has no such table/,
    ],
    [
      '{ format: trino, catalog: nowhere, schema: default, table: gone }',
      /nowhere.* can't be read: .*CATALOG_NOT_FOUND/,
    ],
  ])('says that there is no table: %s', async (source, words) => {
    expect(lines(await check(source))).toEqual([expect.stringMatching(words)])
  })
})

test('a source of Trino has catalog, schema and table', async () => {
  const found = await check('{ format: trino, table: sold }')
  expect(lines(found)).toEqual([
    '4: trino needs a catalog: add one, like hive',
    '4: trino needs a schema: add one, like insights',
  ])
})

test('without the setting there is no such dataset', async () => {
  await expect(check('{ format: trino, catalog: memory, schema: default, table: sold }', null)).rejects.toThrow(
    'Set trino.url (ALMANAC_TRINO_URL)',
  )
})
