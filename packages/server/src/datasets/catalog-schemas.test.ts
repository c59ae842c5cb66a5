import { realpathSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { catalogSchemas } from './catalog-schemas.ts'
import { loadCatalog } from './load-catalog.ts'
import { CatalogError } from './loading/catalog-error.ts'
import { folderWith, smallDatasetFile } from './testing/catalog-folder.ts'

type Json = Readonly<Record<string, unknown>>

const shippedFolder = fileURLToPath(new URL('../../catalog', import.meta.url))
const texts = await catalogSchemas()
const dataset = JSON.parse(texts.dataset.text) as Json
const systemQueries = JSON.parse(texts.systemQueries.text) as Json

/** What an editor does with the schema: nothing of the loader is used. */
const inEditor: Readonly<Record<'dataset' | 'systemQueries', ValidateFunction>> = {
  dataset: new Ajv2020({ allowUnionTypes: true }).compile(dataset),
  systemQueries: new Ajv2020().compile(systemQueries),
}

async function loads(file: string): Promise<boolean> {
  const folder = await folderWith({ 'shop/Sales.yaml': file })
  return loadCatalog(folder).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CatalogError) return false
      throw error
    },
  )
}

/** Each schema inside of a schema, with the way to it. */
function* schemasIn(schema: unknown, way = ''): Generator<readonly [string, Json]> {
  if (typeof schema !== 'object' || schema === null) return
  yield [way, schema as Json]
  for (const [key, inner] of Object.entries(schema)) yield* schemasIn(inner, `${way}/${key}`)
}

test('the schemas have ids that never change: catalogs outlive the places that schemas are fetched from', () => {
  expect([dataset['$id'], systemQueries['$id']]).toEqual([
    'urn:almanac:catalog:dataset',
    'urn:almanac:catalog:system-queries',
  ])
})

test('the package hands the schemas to editors: $schema=…/node_modules/@almanac/server/catalog/dataset.schema.json', () => {
  for (const { fileName } of Object.values(texts)) {
    const resolved = import.meta.resolve(`@almanac/server/catalog/${fileName}`)
    expect(realpathSync(fileURLToPath(resolved))).toBe(join(shippedFolder, fileName))
  }
})

test('every property has a description, which is what an editor shows beside it', () => {
  for (const [root, schema] of Object.entries({ dataset, systemQueries })) {
    const silent = [...schemasIn(schema)]
      .filter(([way]) => /\/properties\/[^/]+$/.test(way))
      .filter(([, property]) => typeof property['description'] !== 'string')
    expect(silent.map(([way]) => `${root}${way}`)).toEqual([])
  }
})

test('editor and loader pass every file of the catalogs that ship', async () => {
  await expect(loadCatalog(shippedFolder)).resolves.toBeDefined()
  const entries = await readdir(shippedFolder, { recursive: true })
  const files = entries.filter((name) => name.endsWith('.yaml'))
  expect(files.length).toBeGreaterThan(9)
  for (const file of files) {
    const check = inEditor[file.endsWith('system-queries.yaml') ? 'systemQueries' : 'dataset']
    expect([file, check(parse(await readFile(join(shippedFolder, file), 'utf8'))), check.errors]).toEqual([
      file,
      true,
      null,
    ])
  }
})

test('each shipped file names its schema by a path that leads to it', async () => {
  const entries = await readdir(shippedFolder, { recursive: true })
  for (const file of entries.filter((name) => name.endsWith('.yaml'))) {
    const [first = ''] = (await readFile(join(shippedFolder, file), 'utf8')).split('\n')
    const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/.exec(first) ?? []
    const schema = file.endsWith('system-queries.yaml') ? texts.systemQueries : texts.dataset
    expect([file, join(shippedFolder, file, '..', path)]).toEqual([file, join(shippedFolder, schema.fileName)])
  }
})

describe('what an editor marks, a start refuses', () => {
  const whole = parse(smallDatasetFile.join('\n')) as Json
  const required = dataset['required'] as readonly string[]
  const properties = dataset['properties'] as Readonly<Record<string, Json>>

  test('the file to begin with is right for both', async () => {
    expect(inEditor.dataset(whole)).toBe(true)
    expect(await loads(stringify(whole))).toBe(true)
  })

  test.each(required)('a dataset without %s', async (key) => {
    const { [key]: _gone, ...rest } = whole
    expect(inEditor.dataset(rest)).toBe(false)
    expect(await loads(stringify(rest))).toBe(false)
  })

  test.each(Object.keys(properties))('%s of a kind that it has not', async (key) => {
    const changed = { ...whole, [key]: [[true]] }
    expect(inEditor.dataset(changed)).toBe(false)
    expect(await loads(stringify(changed))).toBe(false)
  })

  test.each([
    ['the dataset', { ...whole, colums: [] }],
    ['a column', { ...whole, columns: [{ name: 'A', type: 'string', tpye: 'string' }] }],
    ['a metric', { ...whole, metrics: [{ name: 'B', aggregate: 'sum(Amount)', unit: 'EUR' }] }],
    ['the source', { ...whole, source: { ...(whole['source'] as Json), colour: 'red' } }],
  ])('a key that nobody knows in %s', async (_place, changed) => {
    expect(inEditor.dataset(changed)).toBe(false)
    expect(await loads(stringify(changed))).toBe(false)
  })
})
