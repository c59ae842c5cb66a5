import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkQuery, compileQuery } from '@almanac/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDataFolder } from '../datasets/data-folder.ts'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { documentedSamples } from '../datasets/testing/documented-samples.ts'
import { bindParameters } from '../engines/duckdb/bind-parameters.ts'
import { invariant } from '../kernel/invariant.ts'
import { generateSample } from './generate-sample.ts'
import { sampleAccountId } from './sample-accounts.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
const datasets = catalog.datasetsOf('cmp')
const referenceAt = Date.UTC(2024, 5, 15, 12)
const seed = 3

let folder: string
let database: DuckDBInstance

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-sample-'))
  await generateSample({ catalog, outFolder: folder, accounts: 2, usageRows: 20_000, seed, referenceAt })
  database = await DuckDBInstance.create(':memory:', { threads: '1' })
})

afterAll(async () => {
  database.closeSync()
  await rm(folder, { recursive: true, force: true })
})

async function rowsOf(text: string): Promise<number> {
  const checked = checkQuery(text, { datasets, profile: 'partner-center' })
  invariant(checked.ok, `${text} is right`)
  const dataset = datasets.find(({ name }) => name === checked.query.datasetName)
  invariant(dataset, `${checked.query.datasetName} is declared`)
  const { relation } = await createDataFolder(folder).versionOf(dataset)
  const compiled = compileQuery(checked.query, { relation, accountId: sampleAccountId(seed, 0), referenceAt })
  const connection = await database.connect()
  const statement = await connection.prepare(compiled.sql)
  bindParameters(statement, compiled.parameters)
  const rows = (await statement.runAndReadAll()).currentRowCount
  connection.closeSync()
  return rows
}

test.each(catalog.systemQueriesOf('cmp').map(({ name, text }) => [name, text] as const))(
  'the system query "%s" finds rows',
  async (_, text) => {
    expect(await rowsOf(text)).toBeGreaterThan(0)
  },
)

// They ask for ids, names, dates or spellings that are in no data of ours.
const findNothing = new Set(['SPEC-4', 'CU3', 'US7', 'US8', 'OR5', 'LIKE', 'QUANTITY', 'NO SUCH VALUE'])

test.each(Object.entries(documentedSamples.wellFormed))('the documented query %s runs', async (name, text) => {
  expect((await rowsOf(text)) > 0).toBe(!findNothing.has(name))
})
