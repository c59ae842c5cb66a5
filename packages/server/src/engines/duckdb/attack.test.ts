import { createHash } from 'node:crypto'
import { globSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkQuery, compileQuery } from '@almanac/query'
import type { CheckResult, CompiledQuery, Dataset } from '@almanac/query'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arbitraryQuery } from '../../../../query/src/testing/arbitrary-query.ts'
import { cmpDatasets, mpnDatasets } from '../../../../query/src/testing/documented-datasets.ts'
import { hostileTexts } from '../../../../query/src/testing/hostile-texts.ts'
import { salesDataset } from '../../../../query/src/testing/sales-dataset.ts'
import { literalsIn, ownRows, writeDataset } from '../../../../query/test/dataset-files.ts'
import type { SqlRow } from '../../../../query/test/dataset-files.ts'
import { openDuckDb } from '../../../../query/test/duckdb.ts'
import type { PreviewValue } from '../../datasets/query-engine.ts'
import { openDatabase } from './open-database.ts'
import { runExport } from './run-export.ts'
import { runPreview } from './run-preview.ts'

/** `ATTACK_TEXTS` and `ATTACK_SEED` try more texts, and others. */
const count = Number(process.env['ATTACK_TEXTS'] ?? 100_000)
const seed = Number(process.env['ATTACK_SEED'] ?? 20240531)
// What runs is spread over this many connections: while one waits for the engine, another is checked.
const lanes = [0, 1, 2]

const corpus = join(import.meta.dirname, '../../../../query/corpus')
const datasets: readonly Dataset[] = [salesDataset, ...cmpDatasets, ...mpnDatasets]
const referenceAt = Date.parse('2024-05-31T10:30:00Z')
const accountId = 'me'
const ownCount = 40

const folder = mkdtempSync(join(tmpdir(), 'almanac-attack-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [data, decoy, out, temp] = ['data', 'decoy', 'out', 'temp'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
  string,
]
const pathOf = (dataset: string, kind: 'shared' | 'own'): string => join(data, `${dataset}-${kind}.parquet`)

let database: DuckDBInstance
const connections: DuckDBConnection[] = []
let texts: readonly string[]

beforeAll(async () => {
  for (const path of [data, decoy, out, temp]) mkdirSync(path)
  writeFileSync(join(decoy, 'secret.csv'), 'secret\nCANARY\n')
  const files = globSync('*/*.query', { cwd: corpus }).toSorted()
  const documented = files.map((file) => readFileSync(join(corpus, file), 'utf8'))
  texts = [...documented, ...fc.sample(arbitraryQuery, { numRuns: 5000, seed })]

  const writer = await openDuckDb(2)
  for (const dataset of datasets) {
    const literals = literalsIn(texts, dataset)
    // Whatever says false is of another account.
    const own = ownRows(dataset, { accountId, count: ownCount, seed, booleans: ['true'], literals, referenceAt })
    await writeDataset(writer, pathOf(dataset.name, 'own'), dataset, own)
    await writeDataset(writer, pathOf(dataset.name, 'shared'), dataset, [...own, ...canaryRows(dataset)])
  }
  database = await openDatabase({
    memoryLimitMiB: 512,
    threads: 2,
    tempFolder: temp,
    maximumTempGiB: 1,
    folders: [data, out],
  })
  for (const _ of lanes) connections.push(await database.connect())
})

/** Rows of accounts that a sloppy comparison would take for `me`, each cell marked as its type allows. */
function canaryRows(dataset: Dataset): readonly SqlRow[] {
  const owners = [`'ME'`, `'me '`, `' me'`, `'m'`, `'me%'`, `'_e'`, `''`, 'NULL', `'other'`]
  return owners.map((owner, index) =>
    Object.fromEntries(
      dataset.columns.map(({ name, type }) => {
        if (name === dataset.accountColumn) return [name, owner]
        // Half of them in every window.
        const isRecent = name === dataset.dateColumn && index % 2 === 0
        const sign = index % 3 === 0 ? '-' : ''
        const marks = {
          string: `'CANARY ${name}'`,
          integer: `${sign}7000000000000`,
          decimal: `${sign}7000000000000.7777`,
          boolean: 'false',
          date: isRecent ? `DATE '2024-05-30'` : `DATE '2077-07-07'`,
          timestamp: isRecent ? `TIMESTAMP '2024-05-30 07:07:07'` : `TIMESTAMP '2077-07-07 07:07:07'`,
        }
        return [name, marks[type]]
      }),
    ),
  )
}

/** The cells that only another account's row can have brought. */
function canariesIn({ columns }: CompiledQuery, rows: readonly (readonly PreviewValue[])[]): readonly PreviewValue[] {
  return rows.flatMap((row) =>
    row.filter((value, index) => {
      if (value === null) return false
      const type = columns[index]?.type
      if (type === 'boolean') return /^(0|no|false)$/i.test(String(value))
      if (type === 'integer' || type === 'decimal') return Math.abs(Number(value)) > 1e10
      return /canary|2077/i.test(String(value))
    }),
  )
}

describe(`${count} hostile texts`, () => {
  const seenStatements = new Set<string>()
  const passed = { texts: 0, run: 0, answered: 0, exported: 0, compared: 0 }
  const faults: unknown[] = []
  let before: readonly string[]

  beforeAll(() => {
    before = filesBelow(folder)
  })

  test('are refused in words, or answered with rows of the account alone', async () => {
    const hostile = hostileTexts(texts, seed)
    let index = 0
    const work = async (lane: number): Promise<void> => {
      while (index < count && faults.length < 10) {
        index += 1
        const text = hostile.next().value
        const compiled = compiledIf(text)
        if (compiled !== undefined) await attack(text, compiled, lane)
        // Refusals alone would never let the other lanes go on.
        else if (index % 500 === 0) await new Promise(setImmediate)
      }
    }
    await Promise.all(lanes.map(work))
    expect(faults).toEqual([])
  }, 900_000)

  test('and enough of them were right to say something about the engine', () => {
    expect(passed.texts).toBeGreaterThan(count * 0.15)
    expect(passed.run).toBeGreaterThan(count * 0.05)
    expect(passed.answered).toBeGreaterThan(passed.run / 3)
    expect(passed.compared).toBeGreaterThan(passed.run / 20)
    expect(passed.exported).toBeGreaterThan(passed.run / 100)
  })

  test('and a statement without the account would show its canaries', async () => {
    let shown = 0
    const sample = texts.slice(-200).flatMap((text) => compiledIf(text) ?? [])
    for (const compiled of sample) {
      const open = {
        ...compiled,
        sql: compiled.sql.replace('WHERE\n  t."Owner" = $1 AND', 'WHERE\n  true OR t."Owner" = $1 AND'),
      }
      const rows = await runPreview(connectionOf(0), open, new AbortController().signal)
      shown += canariesIn(open, rows).length > 0 ? 1 : 0
    }
    expect(shown).toBeGreaterThan(sample.length / 3)
  })

  test('touch no file', () => {
    expect(filesBelow(folder)).toEqual(before)
  })

  test('leave the engine locked', async () => {
    for (const statement of [
      `SET enable_external_access = true`,
      `SELECT * FROM read_text('${join(decoy, 'secret.csv')}')`,
      `COPY (SELECT 1) TO '${join(decoy, 'new.csv')}'`,
      `ATTACH '${join(decoy, 'new.db')}'`,
    ]) {
      await expect(connections[0]?.run(statement)).rejects.toThrow(/./)
    }
  })

  /** The compiled query, if the text is right; what must never happen is kept as a fault. */
  function compiledIf(text: string): CompiledQuery | undefined {
    let result: CheckResult
    try {
      result = checkQuery(text, { datasets, profile: 'open' })
    } catch (error) {
      faults.push({ text, checkThrew: error })
      return undefined
    }
    if (!result.ok) {
      if (!isToldWell(text, result)) faults.push({ text, badlyTold: result.diagnostics })
      return undefined
    }
    passed.texts += 1
    try {
      return compileQuery(result.query, runOn(result.query.datasetName, 'shared'))
    } catch (error) {
      faults.push({ text, compileThrew: error })
      return undefined
    }
  }

  function connectionOf(lane: number): DuckDBConnection {
    const connection = connections[lane]
    if (connection === undefined) throw new Error('a lane has its connection')
    return connection
  }

  function runOn(dataset: string, kind: 'shared' | 'own') {
    const relation = { kind: 'files', format: 'parquet', paths: [pathOf(dataset, kind)] } as const
    return { relation, accountId, referenceAt }
  }

  async function attack(text: string, compiled: CompiledQuery, lane: number): Promise<void> {
    // The same statement was answered before.
    const key = compiled.sql + compiled.parameters.map(({ type, value }) => `${type} ${value}`).join('\0')
    const statement = createHash('sha1').update(key).digest('base64')
    if (seenStatements.has(statement)) return
    seenStatements.add(statement)
    const connection = connectionOf(lane)
    const stop = new AbortController().signal
    passed.run += 1
    try {
      const rows = await runPreview(connection, compiled, stop)
      passed.answered += rows.length > 0 ? 1 : 0
      const canaries = canariesIn(compiled, rows)
      if (canaries.length > 0) faults.push({ text, canaries, sql: compiled.sql })
      // A count has no mark. Without the others' rows the answer has to be the same.
      if (passed.run % 15 === 0) {
        const alone = await runPreview(
          connection,
          { ...compiled, sql: compiled.sql.replaceAll('-shared.parquet', '-own.parquet') },
          stop,
        )
        passed.compared += 1
        if (JSON.stringify(alone) !== JSON.stringify(rows)) faults.push({ text, rows, alone })
      }
      if (passed.run % 60 === 0) {
        const path = join(out, `${lane}.csv`)
        await runExport(connection, { query: compiled, target: { path, format: 'csv' } }, stop, () => undefined)
        passed.exported += 1
        if (/canary|2077/i.test(readFileSync(path, 'utf8').split('\n').slice(1).join('\n')))
          faults.push({ text, exported: path })
        rmSync(path)
      }
    } catch (error) {
      faults.push({ text, engineFailed: error, sql: compiled.sql })
    }
  }
})

function isToldWell(text: string, result: CheckResult & { ok: false }): boolean {
  return (
    result.diagnostics.length > 0 &&
    result.diagnostics.every(({ message, position: { offset, line, column } }) => {
      return message !== '' && offset >= 0 && offset <= text.length && line >= 1 && column >= 1
    })
  )
}

/** All files and folders, with what is in them and when it was last changed. */
function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const full = join(path, name)
      const stat = statSync(full)
      if (stat.isDirectory()) return name
      return `${name} ${stat.mtimeMs} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`
    })
}
