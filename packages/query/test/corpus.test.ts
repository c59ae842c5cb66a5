import type { DuckDBConnection } from '@duckdb/node-api'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkQuery, compileQuery, parseQuery, printQuery, trino } from '../src/index.ts'
import type { CheckedQuery, CompiledQuery, Diagnostic, Profile, TrinoRelation } from '../src/index.ts'
import { cmpDatasets, mpnDatasets } from '../src/testing/documented-datasets.ts'
import { ratiosDataset } from '../src/testing/ratios-dataset.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { accountId, referenceAt, writeCorpusWorld } from './corpus-world.ts'
import type { CorpusWorld } from './corpus-world.ts'
import { openDuckDb, rowsOf } from './duckdb.ts'
import { printParameter, printPlan } from './print-plan.ts'
import { printTree } from './print-tree.ts'
import { newFolder } from './sales-files.ts'
import { everyCode } from './every-code.ts'

/**
 * Each `corpus/<group>/<name>.query` has a golden file beside it, which shows all that is made of it: the canonical
 * text, the tree, the plan, the SQL of each dialect with its parameters, the first rows of an answer; or the
 * diagnostics. Add a query file and run `vitest -u` to add its golden one.
 */
const corpus = join(import.meta.dirname, '../corpus')
const datasets = [...cmpDatasets, ...mpnDatasets, salesDataset, ratiosDataset]

const files = globSync('*/*.query', { cwd: corpus }).toSorted()
const textOf = (file: string): string => readFileSync(join(corpus, file), 'utf8').replace(/\n$/, '')
const profileOf = (file: string): Profile => (file.startsWith('partner-center/') ? 'partner-center' : 'open')
const isDocumented = (file: string): boolean => /^(cmp|mpn)\//.test(file)

/** Documented queries that are malformed: a quote or a comma missing, `xxx` for a number. */
const malformed = new Set(['cmp/or03.query', 'cmp/re03.query', 'mpn/m11.query'])

let connection: DuckDBConnection
let world: CorpusWorld
const found = new Map<string, number>()

beforeAll(async () => {
  connection = await openDuckDb(1)
  // What the frequent questions show on purpose is a value that no row has.
  const texts = files.filter((file) => !basename(file).startsWith('faq-')).map(textOf)
  world = await writeCorpusWorld(connection, newFolder(), datasets, texts)
})

test('the corpus has its files', () => {
  expect(files.length).toBeGreaterThan(200)
})

describe.each(files)('%s', (file) => {
  test('is read, compiled and answered as its golden file shows', async () => {
    const golden = join(corpus, file.replace(/\.query$/, '.golden'))
    await expect(await describeQuery(file)).toMatchFileSnapshot(golden)
  })

  test('is accepted or refused as its folder says', () => {
    const { ok } = checkQuery(textOf(file), { datasets, profile: profileOf(file) })
    expect(ok).toBe(!malformed.has(file) && !/^(errors|partner-center)\//.test(file))
  })
})

test('every documented query passes in the profile without extensions too', () => {
  const failed = files
    .filter((file) => isDocumented(file) && !malformed.has(file))
    .filter((file) => {
      const result = checkQuery(textOf(file), { datasets, profile: 'partner-center' })
      return !result.ok || result.query.extensions.length > 0
    })
  expect(failed).toEqual([])
})

/** Documented queries with a condition that no row meets: a date years before their window, or a form of no use. */
const answeredByNothing = ['cmp/cu03.query', 'cmp/faq-paided.query', 'mpn/faq-duplicate-row.query', 'mpn/m09.query']

test('the rows are such that documented queries find some', () => {
  const empty = [...found].filter(([file, count]) => isDocumented(file) && count === 0).map(([file]) => file)
  expect(empty).toEqual(answeredByNothing)
})

test('the corpus shows every diagnostic', () => {
  const shown = files.flatMap((file) => {
    const result = checkQuery(textOf(file), { datasets, profile: profileOf(file) })
    return result.ok ? [] : result.diagnostics.map(({ code }) => code)
  })
  expect([...new Set(shown)].toSorted()).toEqual(everyCode.toSorted())
})

async function describeQuery(file: string): Promise<string> {
  const text = textOf(file)
  const parsed = parseQuery(text)
  const read = parsed.ok ? section('canonical', printQuery(parsed.tree)) + section('tree', printTree(parsed.tree)) : ''
  const result = checkQuery(text, { datasets, profile: profileOf(file) })
  if (!result.ok) return read + result.diagnostics.map(describeDiagnostic).join('')
  const { extensions, plan } = result.query
  return [
    read,
    extensions.length === 0 ? '' : section('extensions', extensions.join(', ')),
    section('plan', printPlan(plan)),
    await describeRun(file, result.query),
  ].join('')
}

async function describeRun(file: string, query: CheckedQuery): Promise<string> {
  const kind = file.startsWith('relations/') ? basename(file).split('-')[0] : undefined
  const { shown, real } = world.relationOf(query.datasetName, kind)
  const run = { accountId, referenceAt }
  const compiled = compileQuery(query, { ...run, relation: shown })
  const rows = await rowsOf(connection, compileQuery(query, { ...run, relation: real }))
  found.set(file, rows.length)
  return [
    section('window', describeWindow(compiled)),
    section('sql of DuckDB', compiled.sql),
    describeParameters(compiled),
    section('sql of Trino', compileQuery(query, { ...run, relation: trinoTable(query) }, trino).sql),
    section(
      `${rows.length} rows`,
      rows
        .slice(0, 5)
        .map((row) => row.map((cell) => (typeof cell === 'string' ? cell : 'NULL')).join(' | '))
        .join('\n'),
    ),
  ].join('')
}

/** Trino takes no parameters: values are literals in its text. */
function trinoTable({ datasetName }: CheckedQuery): TrinoRelation {
  return { kind: 'trino', catalog: 'hive', schema: 'insights', table: datasetName.toLowerCase() }
}

function describeParameters({ parameters }: CompiledQuery): string {
  return section(
    'parameters',
    parameters.map((parameter, index) => `$${index + 1} ${printParameter(parameter)}`).join('\n'),
  )
}

function describeWindow({ window }: CompiledQuery): string {
  if (window === null) return 'all'
  const bounds = [window.startAt, window.endAt].map((at) => (at === undefined ? '…' : new Date(at).toISOString()))
  return `${bounds.join(' to ')} ${window.endInclusive ? 'inclusive' : 'exclusive'}`
}

function describeDiagnostic({ code, message, position, excerpt, hint, nearestName }: Diagnostic): string {
  const { line, column, length } = position
  const lines = [
    message,
    excerpt,
    ...(hint === undefined ? [] : [hint]),
    ...(nearestName === undefined ? [] : [`nearest: ${nearestName}`]),
  ]
  return section(`${code} at ${line}:${column}, ${length} long`, lines.join('\n'))
}

function section(title: string, body: string): string {
  return body === '' ? `--- ${title}\n` : `--- ${title}\n${body}\n`
}
