import type { DuckDBConnection } from '@duckdb/node-api'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { checkQuery, compileQuery } from '@almanac/query'
import type { CheckedQuery, CompiledQuery, Dataset } from '@almanac/query'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cmpDatasets, mpnDatasets } from '../../../../query/src/testing/documented-datasets.ts'
import { ratiosDataset } from '../../../../query/src/testing/ratios-dataset.ts'
import { salesDataset } from '../../../../query/src/testing/sales-dataset.ts'
import { accountId, referenceAt } from '../../../../query/test/corpus-world.ts'
import { literalsIn, ownRows, writeDataset } from '../../../../query/test/dataset-files.ts'
import { openDuckDb } from '../../../../query/test/duckdb.ts'
import { runExport as exportFromDuckDb } from '../duckdb/run-export.ts'
import { runExport as exportFromTrino } from './run-export.ts'
import { placeless } from './testing/placeless.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { writeTable } from './testing/trino-world.ts'

// Every query of the corpus that is right, asked of a real Trino and of DuckDB over the same rows.

const corpus = join(import.meta.dirname, '../../../../query/corpus')
const datasets: readonly Dataset[] = [...cmpDatasets, ...mpnDatasets, salesDataset, ratiosDataset]
const files = globSync('*/*.query', { cwd: corpus }).toSorted()
const textOf = (file: string): string => readFileSync(join(corpus, file), 'utf8')
const lanes = [0, 1]

const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-corpus-'))
const connections: DuckDBConnection[] = []
let trino: TestTrino

beforeAll(async () => {
  const writer = await openDuckDb(2)
  for (const _ of lanes) connections.push(await openDuckDb(1))
  trino = await startTrino()
  // What the frequent questions show on purpose is a value that no row has.
  const texts = files.filter((file) => !basename(file).startsWith('faq-')).map(textOf)
  for (const dataset of new Map(datasets.map((dataset) => [dataset.name, dataset])).values()) {
    const options = { seed: 1, booleans: ['true', 'false'], literals: literalsIn(texts, dataset), referenceAt }
    const rows = [
      ...ownRows(dataset, { ...options, accountId, count: 120 }),
      ...ownRows(dataset, { ...options, accountId: 'account-2', count: 30 }),
    ]
    await writeDataset(writer, join(folder, `${dataset.name}.parquet`), dataset, rows)
    await writeTable(trino.connection, `memory.default.corpus_${dataset.name}`, dataset, rows)
  }
})

afterAll(async () => {
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

test('each query of the corpus makes the same file', async () => {
  const waiting = files.flatMap((file) => {
    const result = checkQuery(textOf(file), { datasets, profile: 'open' })
    return result.ok ? [{ file, query: result.query }] : []
  })
  const { length } = waiting
  const different: unknown[] = []
  let answered = 0
  const work = async (lane: number): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { file, query } = next
      try {
        const [found, expected] = await Promise.all([fileOfTrino(query, lane), fileOfDuckDb(query, lane)])
        if (found !== expected) different.push({ file, found, expected })
        if (expected.split('\n').length > 2) answered += 1
      } catch (error) {
        different.push({ file, error, cause: error instanceof Error ? error.cause : undefined })
      }
    }
  }
  await Promise.all(lanes.map(work))
  expect(different).toEqual([])
  expect(length).toBeGreaterThan(150)
  expect(answered).toBeGreaterThan(length / 2)
}, 3_600_000)

async function fileOfTrino(query: CheckedQuery, lane: number): Promise<string> {
  const table = `corpus_${query.datasetName}`.toLowerCase()
  const relation = { kind: 'trino', catalog: 'memory', schema: 'default', table } as const
  const compiled = compileQuery(query, { relation, accountId, referenceAt })
  const target = { path: join(folder, `trino-${lane}.csv`), format: 'csv' } as const
  const work = { connection: trino.connection, query: compiled, target, errand: { timeLimitMs: 300_000 } }
  await exportFromTrino(work, new AbortController().signal, () => undefined)
  return contents(target.path, query)
}

async function fileOfDuckDb(query: CheckedQuery, lane: number): Promise<string> {
  const connection = connections[lane]
  if (connection === undefined) throw new Error('a lane has its connection')
  const paths = [join(folder, `${query.datasetName}.parquet`)]
  const run = { relation: { kind: 'files', format: 'parquet', paths }, accountId, referenceAt } as const
  const compiled: CompiledQuery = compileQuery(query, run, placeless)
  const target = { path: join(folder, `duckdb-${lane}.csv`), format: 'csv' } as const
  await exportFromDuckDb(connection, { query: compiled, target }, new AbortController().signal, () => undefined)
  return contents(target.path, query)
}

/** The file; its lines in one order where the query leaves them in any. */
function contents(path: string, { plan }: CheckedQuery): string {
  const text = readFileSync(path, 'utf8')
  rmSync(path)
  const isInAnyOrder = plan.shape === 'rows' && plan.orderBy.length === 0 && plan.limit === null
  return isInAnyOrder ? text.split('\n').toSorted().join('\n') : text
}
