import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkQuery, compileQuery } from '@almanac/query'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDataFolder } from '../datasets/data-folder.ts'
import { loadCatalog } from '../datasets/load-catalog.ts'
import { documentedPartnerSamples } from '../datasets/testing/documented-partner-samples.ts'
import { documentedSamples } from '../datasets/testing/documented-samples.ts'
import { bindParameters } from '../engines/duckdb/bind-parameters.ts'
import { invariant } from '../kernel/invariant.ts'
import { generateSample } from './generate-sample.ts'
import { sampleAccountId } from './sample-accounts.ts'

const catalog = await loadCatalog(fileURLToPath(new URL('../../catalog', import.meta.url)))
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

async function rowsOf(program: string, text: string): Promise<number> {
  const datasets = catalog.datasetsOf(program)
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

const systemQueries = catalog.programs.flatMap((program) =>
  catalog.systemQueriesOf(program).map(({ name, text }) => [program, name, text] as const),
)

test.each(systemQueries)('the system query of %s, "%s", finds rows', async (program, _, text) => {
  expect(await rowsOf(program, text)).toBeGreaterThan(0)
})

const documented = [
  ...Object.entries(documentedSamples.wellFormed).map(([name, text]) => ['cmp', name, text] as const),
  ...Object.entries(documentedPartnerSamples.wellFormed).map(([name, text]) => ['mpn', name, text] as const),
]

// They ask for ids, names, dates or spellings that are in no data of ours, or for forms that a column doesn't have.
const findNothing = new Set([
  ...['SPEC-4', 'CU3', 'US7', 'US8', 'OR5', 'LIKE', 'QUANTITY', 'NO SUCH VALUE'].map((name) => `cmp ${name}`),
  ...['SPEC-4', 'M5', 'M7', 'M9', 'M10', 'NO SUCH FORM', 'TENANT WITHOUT BLANK', 'LIKE'].map((name) => `mpn ${name}`),
])

test.each(documented)('the documented query of %s, %s, runs', async (program, name, text) => {
  expect((await rowsOf(program, text)) > 0).toBe(!findNothing.has(`${program} ${name}`))
})
