import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkQuery, compileQuery } from '@almanac/query'
import type { CheckedQuery, CompiledQuery } from '@almanac/query'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckDb } from '../../../../query/test/duckdb.ts'
import { arbitraryQuestion, questionDatasets } from '../../../../query/test/question.ts'
import type { Question } from '../../../../query/test/question.ts'
import { salesRows, writeWorld } from '../../../../query/test/sales-world.ts'
import type { SalesWorld } from '../../../../query/test/sales-world.ts'
import { runExport as exportFromDuckDb } from '../duckdb/run-export.ts'
import { runExport as exportFromTrino } from './run-export.ts'
import { placeless } from './testing/placeless.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { writeSales } from './testing/trino-world.ts'

/** `DIFFERENTIAL_SEED` asks other questions about other rows, `DIFFERENTIAL_RUNS` asks more: a few a second. */
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20240531)
const numRuns = Number(process.env['DIFFERENTIAL_RUNS'] ?? 600)
const lanes = [0, 1, 2, 3]

const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-differential-'))
const connections: DuckDBConnection[] = []
let trino: TestTrino
let world: SalesWorld
let answered = 0

beforeAll(async () => {
  const [connection] = [await openDuckDb(2)]
  mkdirSync(join(folder, 'parquet'))
  const rows = salesRows(seed, 300)
  world = await writeWorld(connection, join(folder, 'parquet'), 'parquet', rows)
  for (const _ of lanes) connections.push(await openDuckDb(1))
  trino = await startTrino()
  await writeSales(trino.connection, 'memory.default.sales', rows)
})

afterAll(async () => {
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

test('a file of Trino is a file of DuckDB, byte for byte', async () => {
  const questions = fc.sample(arbitraryQuestion, { numRuns, seed })
  const different: unknown[] = []
  const work = async (lane: number): Promise<void> => {
    for (let next = questions.pop(); next !== undefined && different.length < 10; next = questions.pop()) {
      const { text, dataset, run } = next
      try {
        const [found, expected] = await Promise.all([fileOfTrino(next, lane), fileOfDuckDb(next, lane)])
        if (found !== expected) different.push({ text, dataset, run, ...firstDifference(found, expected) })
        if (expected.split('\n').length > 2) answered += 1
      } catch (error) {
        different.push({ text, dataset, run, error, cause: error instanceof Error ? error.cause : undefined })
      }
    }
  }
  await Promise.all(lanes.map(work))
  expect(different).toEqual([])
}, 3_600_000)

test('and the questions found rows', () => {
  expect(answered).toBeGreaterThan(numRuns * 0.4)
})

function firstDifference(found: string, expected: string): object {
  const [ours, theirs] = [found.split('\n'), expected.split('\n')]
  const line = ours.findIndex((text, index) => text !== theirs[index])
  return { line, found: ours[line], expected: theirs[line] }
}

async function fileOfTrino(question: Question, lane: number): Promise<string> {
  const query = compiled(question, 'trino')
  const path = join(folder, `trino-${lane}.csv`)
  const work = {
    connection: trino.connection,
    query,
    target: { path, format: 'csv' },
    errand: { timeLimitMs: 300_000 },
  } as const
  await exportFromTrino(work, new AbortController().signal, () => undefined)
  return contents(path, question)
}

async function fileOfDuckDb(question: Question, lane: number): Promise<string> {
  const connection = connections[lane]
  if (connection === undefined) throw new Error('a lane has its connection')
  const path = join(folder, `duckdb-${lane}.csv`)
  const job = { query: compiled(question, 'duckdb'), target: { path, format: 'csv' } } as const
  await exportFromDuckDb(connection, job, new AbortController().signal, () => undefined)
  return contents(path, question)
}

/** The file; its lines in one order where the query leaves them in any. */
function contents(path: string, question: Question): string {
  const text = readFileSync(path, 'utf8')
  rmSync(path)
  const { plan } = checked(question)
  const isInAnyOrder = plan.shape === 'rows' && plan.orderBy.length === 0 && plan.limit === null
  // A text with a line end in it is parted, on both sides alike.
  return isInAnyOrder ? text.split('\n').toSorted().join('\n') : text
}

function compiled(question: Question, engine: 'trino' | 'duckdb'): CompiledQuery {
  const query = checked(question)
  const { rowLimit, ...run } = question.run
  // The first rows of those that come in any order may be any.
  const hasOrder = query.plan.shape === 'groups' || query.plan.orderBy.length > 0
  const limited = hasOrder && rowLimit !== undefined ? { ...run, rowLimit } : run
  if (engine === 'duckdb')
    return compileQuery(query, { accountId: 'me', relation: world.relation, ...limited }, placeless)
  const relation = { kind: 'trino', catalog: 'memory', schema: 'default', table: 'sales' } as const
  return compileQuery(query, { accountId: 'me', relation, ...limited })
}

function checked({ text, dataset }: Question): CheckedQuery {
  const result = checkQuery(text, { datasets: [questionDatasets[dataset]], profile: 'open' })
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.query
}
