import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkQuery, compileQuery } from '@almanac/query'
import type { CompiledQuery, Dataset } from '@almanac/query'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arbitraryQuery } from '../../../../query/src/testing/arbitrary-query.ts'
import { cmpDatasets, mpnDatasets } from '../../../../query/src/testing/documented-datasets.ts'
import { hostileTexts } from '../../../../query/src/testing/hostile-texts.ts'
import { salesDataset } from '../../../../query/src/testing/sales-dataset.ts'
import { literalsIn, ownRows } from '../../../../query/test/dataset-files.ts'
import type { SqlRow } from '../../../../query/test/dataset-files.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { rowsOfTrino, writeTable } from './testing/trino-world.ts'

/** `ATTACK_TEXTS` and `ATTACK_SEED` try more texts, and others. Each that is right is asked of a real Trino: a second. */
const count = Number(process.env['ATTACK_TEXTS'] ?? 1_500)
const seed = Number(process.env['ATTACK_SEED'] ?? 20240531)
const lanes = [0, 1, 2, 3]

const corpus = join(import.meta.dirname, '../../../../query/corpus')
const datasets: readonly Dataset[] = [salesDataset, ...cmpDatasets.slice(0, 3), ...mpnDatasets.slice(0, 2)]
const referenceAt = Date.parse('2024-05-31T10:30:00Z')
const accountId = 'me'

let trino: TestTrino
let texts: readonly string[]

beforeAll(async () => {
  const files = globSync('*/*.query', { cwd: corpus }).toSorted()
  const documented = files.map((file) => readFileSync(join(corpus, file), 'utf8'))
  texts = [...documented, ...fc.sample(arbitraryQuery, { numRuns: 2_000, seed })]
  trino = await startTrino()
  for (const dataset of datasets) {
    const literals = literalsIn(texts, dataset)
    // Whatever says false is of another account.
    const own = ownRows(dataset, { accountId, count: 40, seed, booleans: ['true'], literals, referenceAt })
    const table = (kind: 'own' | 'shared'): string => `memory.default.${tableOf(dataset, kind)}`
    await writeTable(trino.connection, table('own'), dataset, own)
    await writeTable(trino.connection, table('shared'), dataset, [...own, ...canaryRows(dataset)])
  }
})
afterAll(() => trino?.stop())

const tableOf = ({ name }: Pick<Dataset, 'name'>, kind: 'own' | 'shared'): string => `${name}_${kind}`.toLowerCase()

/** Rows of accounts that a sloppy comparison would take for `me`, each cell marked as its type allows. */
function canaryRows(dataset: Dataset): readonly SqlRow[] {
  const owners = [`'ME'`, `'me '`, `' me'`, `'m'`, `'me%'`, `'_e'`, `''`, 'NULL', `'other'`]
  return owners.map((owner, index) =>
    Object.fromEntries(
      dataset.columns.map(({ name, type }) => {
        if (name === dataset.accountColumn) return [name, owner]
        const isRecent = name === dataset.dateColumn && index % 2 === 0
        const marks = {
          string: `'CANARY ${name}'`,
          integer: '7000000000000',
          decimal: '7000000000000.7777',
          boolean: 'false',
          date: isRecent ? `DATE '2024-05-30'` : `DATE '2077-07-07'`,
          timestamp: isRecent ? `TIMESTAMP '2024-05-30 07:07:07'` : `TIMESTAMP '2077-07-07 07:07:07'`,
        }
        return [name, marks[type]]
      }),
    ),
  )
}

const isCanary = (value: unknown): boolean => /canary|2077|^-?7000000000000/i.test(String(value))

const passed = { run: 0, answered: 0, compared: 0 }

test(`${count} hostile texts are refused, or answered by a real Trino with rows of the account alone`, async () => {
  const hostile = hostileTexts(texts, seed)
  const faults: unknown[] = []
  const seen = new Set<string>()
  let index = 0
  const work = async (): Promise<void> => {
    while (index < count && faults.length < 10) {
      index += 1
      const text = hostile.next().value
      const compiled = compiledIf(text, 'shared')
      if (compiled === undefined || seen.has(compiled.sql)) continue
      seen.add(compiled.sql)
      try {
        const rows = await rowsOfTrino(trino.connection, compiled.sql)
        passed.run += 1
        passed.answered += rows.length > 0 ? 1 : 0
        if (rows.flat().some(isCanary)) faults.push({ text, rows, sql: compiled.sql })
        // A count has no mark. Without the others' rows the answer has to be the same.
        if (passed.run % 5 === 0) {
          const alone = await rowsOfTrino(trino.connection, compiledIf(text, 'own')?.sql ?? '')
          passed.compared += 1
          if (sorted(alone) !== sorted(rows)) faults.push({ text, rows, alone })
        }
      } catch (error) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined
        faults.push({ text, error: String(error), cause, sql: compiled.sql })
      }
    }
  }
  await Promise.all(lanes.map(work))
  expect(faults).toEqual([])
}, 3_600_000)

test('enough of them were right to say something about the engine', () => {
  expect(passed.run).toBeGreaterThan(count * 0.05)
  expect(passed.answered).toBeGreaterThan(passed.run / 4)
  expect(passed.compared).toBeGreaterThan(passed.run / 10)
})

test('and a statement without the account would show its canaries', async () => {
  let shown = 0
  const sample = texts.slice(-30).flatMap((text) => compiledIf(text, 'shared') ?? [])
  for (const { sql } of sample) {
    const open = sql.replace(`CAST(t."Owner" AS VARCHAR) = 'me'`, 'true')
    expect(open).not.toBe(sql)
    shown += (await rowsOfTrino(trino.connection, open)).flat().some(isCanary) ? 1 : 0
  }
  expect(shown).toBeGreaterThan(sample.length / 4)
})

function sorted(rows: readonly (readonly unknown[])[]): string {
  return rows
    .map((row) => JSON.stringify(row))
    .toSorted()
    .join('\n')
}

function compiledIf(text: string, kind: 'own' | 'shared'): CompiledQuery | undefined {
  const result = checkQuery(text, { datasets, profile: 'open' })
  if (!result.ok) return undefined
  const table = tableOf({ name: result.query.datasetName }, kind)
  const relation = { kind: 'trino', catalog: 'memory', schema: 'default', table } as const
  return compileQuery(result.query, { relation, accountId, referenceAt })
}
