import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseQuery } from '../src/index.ts'
import type { Dataset } from '../src/index.ts'
import type { QueryTree } from '../src/syntax/tree.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { openDuckDb, rowsOf } from './duckdb.ts'
import type { Row } from './duckdb.ts'
import { answerQuery } from './naive/answer-query.ts'
import { clauseFeatures, conditionFeatures, featuresOf } from './naive/features.ts'
import { documentedRules, lowerEach, wrongRules } from './naive/rules.ts'
import type { Rules } from './naive/rules.ts'
import { arbitraryQuestion, questionDatasets } from './question.ts'
import type { Question } from './question.ts'
import { compileText, newFolder } from './sales-files.ts'
import { salesRows, worldKinds, writeWorld } from './sales-world.ts'
import type { SalesWorld, WorldKind } from './sales-world.ts'

/** `DIFFERENTIAL_SEED` asks other questions about other rows, `DIFFERENTIAL_RUNS` asks more. */
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20240531)
const numRuns = Number(process.env['DIFFERENTIAL_RUNS'] ?? 10_000)
// In turn, so that the evaluator works while the engine does.
const lanes = [0, 1, 2, 3]

const worlds = new Map<WorldKind, SalesWorld>()
const connections: DuckDBConnection[] = []

beforeAll(async () => {
  const connection = await openDuckDb(2)
  const folder = newFolder()
  for (const kind of worldKinds) {
    mkdirSync(join(folder, kind))
    worlds.set(kind, await writeWorld(connection, join(folder, kind), kind, salesRows(seed, 300)))
  }
  for (const _ of lanes) connections.push(await openDuckDb(2))
})

/** How often each feature of the language stood in a query that found rows. */
const seen = new Map<string, number>()
/** Questions and what the engine answered, for the wrong rules to fail at. */
const asked: { readonly question: Question; readonly answer: readonly Row[] }[] = []

describe('what the engine answers is what the rules say', () => {
  test.concurrent.each(lanes)(
    `over ${numRuns / lanes.length} random queries, lane %i`,
    async (lane) => {
      await fc.assert(
        fc.asyncProperty(arbitraryQuestion, async (question) => {
          const answering = answerOfEngine(question, lane)
          const expected = answerOfRules(question)
          const answer = await answering
          expect(answer).toEqual(expected)
          remember(question, answer)
        }),
        { numRuns: numRuns / lanes.length, seed: seed + lane },
      )
    },
    600_000,
  )

  test('no clause, operator or type was left out', () => {
    const { length: answered } = asked
    const rare = [...clauseFeatures(salesDataset), ...conditionFeatures].filter(
      (feature) => (seen.get(feature) ?? 0) < numRuns / 1000,
    )
    expect(rare).toEqual([])
    // Queries that find nothing prove little.
    expect(answered).toBeGreaterThan(numRuns * 0.4)
  })

  test.each(Object.entries(wrongRules))('were it otherwise, it would show: %s', (_name, wrong) => {
    const rules = { ...documentedRules, ...wrong }
    const caught = asked.find(({ question, answer }) => !isSame(answerOfRules(question, rules), answer))
    expect(caught).toBeDefined()
  })
})

test('the engine folds the case of every character as the rules do', async () => {
  const connection = connections[0]
  const reader = await connection?.runAndReadAll(
    `SELECT code, chr(code::INTEGER) AS character, lower(chr(code::INTEGER)) AS folded FROM range(1, 1114112) AS codes(code)
     WHERE code NOT BETWEEN 55296 AND 57343 AND lower(chr(code::INTEGER)) != chr(code::INTEGER)`,
  )
  const folded = new Map(reader?.getRowsJson().map(([code, , folded]) => [Number(code), folded]))
  expect(folded.size).toBeGreaterThan(1300)
  const different: unknown[] = []
  for (let code = 1; code <= 0x10_ffff; code += 1) {
    if (code >= 0xd8_00 && code <= 0xdf_ff) continue
    const character = String.fromCodePoint(code)
    // DuckDB leaves letters alone that have come into Unicode after its own tables.
    const inEngine = folded.get(code)
    const isNewer = inEngine === undefined && code > 0x1c_80
    if (!isNewer && (inEngine ?? character) !== lowerEach(character)) different.push([code, inEngine])
  }
  expect(different).toEqual([])
})

function remember(question: Question, answer: readonly Row[]): void {
  if (answer.length === 0) return
  asked.push({ question, answer })
  for (const feature of new Set(featuresOf(treeOf(question), datasetOf(question)))) {
    seen.set(feature, (seen.get(feature) ?? 0) + 1)
  }
}

function isSame(a: readonly Row[], b: readonly Row[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function treeOf({ text }: Question): QueryTree {
  const parsed = parseQuery(text)
  if (!parsed.ok) throw new Error(`not a query: ${text}`)
  return parsed.tree
}

function datasetOf({ dataset }: Question): Dataset {
  return questionDatasets[dataset]
}

function worldOf({ source }: Question): SalesWorld {
  const world = worlds.get(source)
  if (world === undefined) throw new Error(`there are no rows in a ${source}`)
  return world
}

function answerOfEngine(question: Question, lane: number): Promise<readonly Row[]> {
  const { text, run } = question
  const connection = connections[lane]
  if (connection === undefined) throw new Error('a lane has its connection')
  return rowsOf(connection, compileText(text, { relation: worldOf(question).relation, ...run }, datasetOf(question)))
}

function answerOfRules(question: Question, rules: Rules = documentedRules): readonly Row[] {
  const { run } = question
  const { rows, ties } = worldOf(question)
  return answerQuery(treeOf(question), { ...run, dataset: datasetOf(question), rows, ties, accountId: 'me' }, rules)
}
