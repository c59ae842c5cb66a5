import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkQuery, compileQuery, compileTogether } from '@almanac/query'
import type { CheckedQuery, CompiledTogether } from '@almanac/query'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { arbitraryQuery } from '../../../../query/src/testing/arbitrary-query.ts'
import { salesDataset } from '../../../../query/src/testing/sales-dataset.ts'
import { openDuckDb } from '../../../../query/test/duckdb.ts'
import { salesRows, writeWorld } from '../../../../query/test/sales-world.ts'
import type { SalesWorld, WorldKind } from '../../../../query/test/sales-world.ts'
import { openDatabase } from './open-database.ts'
import { runExport } from './run-export.ts'
import { runExportTogether } from './run-export-together.ts'

/** `TOGETHER_RUNS` and `TOGETHER_SEED` try more queries, and others. */
const seed = Number(process.env['TOGETHER_SEED'] ?? 20261121)
const numRuns = Number(process.env['TOGETHER_RUNS'] ?? 15)
const referenceAt = Date.parse('2024-05-31T10:30:00Z')
const running = new AbortController().signal

// Whose names a path, a comparison without case or a careless quote could take for each other's, or that are too long for
// a path; the last has no row.
const accounts = [
  'me',
  'ME',
  'me ',
  '\uFEFFme',
  'me\n',
  'a/b',
  'a%2Fb',
  'é',
  'e\u0301',
  'owner=1',
  "o'x",
  '..',
  'x'.repeat(300),
  'nobody',
]
const kinds = ['parquet', 'csv', 'json', 'hive', 'table', 'values'] as const satisfies readonly WorldKind[]

const folder = mkdtempSync(join(tmpdir(), 'almanac-together-'))
afterAll(() => rmSync(folder, { recursive: true }))
const [data, out, temp] = ['data', 'out', 'temp'].map((name) => join(folder, name)) as [string, string, string]

const worlds = new Map<WorldKind, SalesWorld>()
let database: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  for (const path of [data, out, temp]) mkdirSync(path)
  const writer = await openDuckDb(2)
  const owners = accounts.slice(0, -1)
  const rows = salesRows(seed, 400).map((row, index) => ({
    ...row,
    Owner: index % 29 === 0 ? null : (owners[(index * 7) % owners.length] ?? null),
  }))
  for (const kind of kinds) {
    mkdirSync(join(data, kind))
    worlds.set(kind, await writeWorld(writer, join(data, kind), kind, rows))
  }
  writer.closeSync()
  database = await openDatabase({
    memoryLimitMiB: 512,
    threads: 2,
    tempFolder: temp,
    maximumTempGiB: 1,
    folders: [data, out],
  })
  connection = await database.connect()
})
afterAll(() => {
  connection.closeSync()
  database.closeSync()
})

describe.each(kinds)('of a source of %s', (kind) => {
  test('each account gets the bytes that it would have got alone', async () => {
    const relation = worlds.get(kind)?.relation
    if (relation === undefined) throw new Error('every world was written')
    let shared = 0
    for (const text of fc.sample(arbitraryQuery, { numRuns, seed })) {
      const query = checked(text)
      const together = compileTogether(query, { relation, referenceAt, accountIds: accounts })
      if (together === null) throw new Error('every row has an owner')
      const targets = accounts.map((accountId, index) => ({
        accountId,
        path: join(out, `${index}.csv`),
        format: index % 2 === 0 ? ('csv' as const) : ('tsv' as const),
      }))
      const files = await runExportTogether(connection, { query: together, targets }, running)
      for (const [index, target] of targets.entries()) {
        const { accountId, format } = target
        const path = join(out, 'alone.csv')
        const alone = await runExport(
          connection,
          { query: compileQuery(query, { relation, referenceAt, accountId }), target: { path, format } },
          running,
          () => undefined,
        )
        const aloneBytes = readFileSync(path, 'utf8')
        const file = files[index] ?? null
        // Of an account without a row nothing is made, and alone it gets no more than the totals of no rows.
        const mostRows = query.plan.groupBy.length === 0 ? 1 : 0
        const expected = file === null && alone.rows <= mostRows ? [null, undefined] : [alone, aloneBytes]
        const bytes = existsSync(target.path) ? readFileSync(target.path, 'utf8') : undefined
        expect({ text, accountId, made: [file, bytes] }).toEqual({ text, accountId, made: expected })
        shared += file === null ? 0 : 1
        rmSync(target.path, { force: true })
        rmSync(path)
      }
      expect(readdirSync(out)).toEqual([])
    }
    expect(shared).toBeGreaterThan(numRuns)
  }, 300_000)
})

describe.each(['INTEGER', 'BIGINT', 'UBIGINT', 'HUGEINT', 'VARCHAR', 'DECIMAL(18, 0)', 'DECIMAL(18, 2)', 'DOUBLE'])(
  'of accounts that are %s',
  (type) => {
    // The last are nobody's: some that are written otherwise, and two that are no numbers.
    const numbered = ['7', '70', '700', '9223372036854775', '3', '007', '7.0', '7.00', 'nobody', '7x']

    test('each gets the bytes that it would have got alone, and one whose id is no number keeps nobody from theirs', async () => {
      const path = join(data, `numbered-${type}.parquet`)
      const writer = await openDuckDb(2)
      const own = worlds.get('parquet')?.relation
      if (own?.kind !== 'files') throw new Error('every world was written')
      const owners = type === 'INTEGER' ? `['7', '70', '700', NULL]` : `['7', '70', '700', '9223372036854775', NULL]`
      await writer.run(`COPY (SELECT * EXCLUDE (i) REPLACE (CAST(${owners}[1 + i % len(${owners})] AS ${type}) AS "Owner")
      FROM (SELECT *, row_number() OVER () AS i FROM read_parquet([${own.paths.map((each) => `'${each}'`).join()}])))
      TO '${path}' (FORMAT parquet)`)
      writer.closeSync()
      const relation = { kind: 'files', format: 'parquet', paths: [path] } as const
      let shared = 0
      for (const text of fc.sample(arbitraryQuery, { numRuns: Math.ceil(numRuns / 3), seed })) {
        const query = checked(text)
        const together = compileTogether(query, { relation, referenceAt, accountIds: numbered })
        if (together === null) throw new Error('every row has an owner')
        const targets = numbered.map((accountId, index) => ({
          accountId,
          path: join(out, `${index}.csv`),
          format: 'csv' as const,
        }))
        const made = runExportTogether(connection, { query: together, targets }, running)
        const files = await made
        for (const [index, { accountId, path }] of targets.entries()) {
          if (files[index] === undefined || files[index] === null) continue
          const alone = { path: join(out, 'alone.csv'), format: 'csv' as const }
          const one = compileQuery(query, { relation, referenceAt, accountId })
          expect(files[index]).toEqual(
            await runExport(connection, { query: one, target: alone }, running, () => undefined),
          )
          expect(readFileSync(path, 'utf8')).toBe(readFileSync(alone.path, 'utf8'))
          shared += 1
          rmSync(path)
          rmSync(alone.path)
        }
        expect(readdirSync(out)).toEqual([])
      }
      expect(shared).toBeGreaterThan(numRuns / 3)
    }, 300_000)
  },
)

describe('when the parts are not those of the accounts that asked', () => {
  const targetsOf = (...names: readonly string[]) =>
    names.map((accountId, index) => ({ accountId, path: join(out, `${index}.csv`), format: 'csv' as const }))
  const scanning = (sql: string): CompiledTogether => {
    const relation = worlds.get('parquet')?.relation
    if (relation === undefined) throw new Error('every world was written')
    const together = compileTogether(checked('SELECT Name FROM Sales'), { relation, referenceAt, accountIds: accounts })
    if (together === null) throw new Error('every row has an owner')
    return {
      ...together,
      passedNames: ['c1'],
      scan: { sql, parameters: [] },
      result: { ...together.result, sql: 'SELECT r.c1 AS "Name" FROM part AS r', parameters: [] },
    }
  }

  test.each([
    ['a row of somebody who did not ask', `SELECT * FROM (VALUES ('me', 'mine'), ('ME', 'canary')) AS t(owner, c1)`],
    ['a row of nobody', `SELECT * FROM (VALUES ('me', 'mine'), (NULL, 'canary')) AS t(owner, c1)`],
  ])('%s makes no file for anyone', async (_, sql) => {
    await expect(
      runExportTogether(connection, { query: scanning(sql), targets: targetsOf('me', 'a/b') }, running),
    ).rejects.toThrow('not of one of the accounts')
    expect(readdirSync(out)).toEqual([])
  })

  test('a scan that fails, or is called off, leaves nothing', async () => {
    const broken = scanning(`SELECT 'me' AS owner, CAST('x' AS INTEGER) AS c1 FROM range(10)`)
    await expect(runExportTogether(connection, { query: broken, targets: targetsOf('me') }, running)).rejects.toThrow(
      'x',
    )
    const endless = scanning(
      `SELECT 'me' AS owner, sum(a.range * b.range) AS c1 FROM range(10000000) a, range(10000000) b`,
    )
    const stop = new AbortController()
    const export_ = runExportTogether(connection, { query: endless, targets: targetsOf('me') }, stop.signal)
    setImmediate(() => stop.abort())
    // Before the scan began, or within it.
    await expect(export_).rejects.toThrow(/abort|Interrupt/)
    expect(readdirSync(out)).toEqual([])
  })
})

test('a sum of more digits than a file of parts can hold is made alone', async () => {
  const relation = worlds.get('parquet')?.relation
  if (relation === undefined) throw new Error('every world was written')
  const together = compileTogether(checked('SELECT Name FROM Sales'), { relation, referenceAt, accountIds: accounts })
  if (together === null) throw new Error('every row has an owner')
  const scan = (value: string): CompiledTogether => ({
    ...together,
    passedNames: ['c1'],
    scan: { sql: `SELECT 'me' AS owner, CAST(${value} AS HUGEINT) AS c1`, parameters: [] },
    result: { ...together.result, sql: 'SELECT r.c1 AS "Name" FROM part AS r', parameters: [] },
  })
  const target = { accountId: 'me', path: join(out, 'huge.csv'), format: 'csv' as const }
  const digits = '9'.repeat(38)
  await runExportTogether(connection, { query: scan(digits), targets: [target] }, running)
  expect(readFileSync(target.path, 'utf8')).toBe(`Name\n${digits}\n`)
  rmSync(target.path)
  const tooLong = scan(`170141183460469231731687303715884105727`)
  await expect(runExportTogether(connection, { query: tooLong, targets: [target] }, running)).rejects.toThrow('DECIMAL')
  expect(readdirSync(out)).toEqual([])
})

function checked(text: string): CheckedQuery {
  const result = checkQuery(text, { datasets: [salesDataset], profile: 'open' })
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.query
}
