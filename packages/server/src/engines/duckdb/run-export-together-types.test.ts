import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkQuery, compileQuery, compileTogether } from '@almanac/query'
import type { Column, ColumnType, Relation } from '@almanac/query'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aggregateOf } from '../../../../query/src/testing/aggregate-of.ts'
import { openDuckDb } from '../../../../query/test/duckdb.ts'
import { openDatabase } from './open-database.ts'
import { runExport } from './run-export.ts'
import { runExportTogether } from './run-export-together.ts'

// What a column may have in its source, and the values of it that a detour through a file could change.
const sources: readonly (readonly [ColumnType, source: string, values: readonly string[]])[] = [
  ['decimal', 'FLOAT', ['0.1', `'-0.0'`, `'nan'`, `'inf'`, `'-inf'`, '1e-40', '3.4e38', '16777217']],
  [
    'decimal',
    'DOUBLE',
    ['0.1', `'-0.0'`, `'nan'`, `'inf'`, `'5e-324'`, `'1.7976931348623157e308'`, '123456789.123456'],
  ],
  ['decimal', 'DECIMAL(38, 10)', [`'999999999999999999999999999.9999999999'`, '0.0000000001', '-0.0000000001']],
  ['decimal', 'DECIMAL(38, 38)', ['0.1', `'-0.19999999999999999999999999999999999999'`]],
  ['decimal', 'DECIMAL(4, 1)', ['999.9', '-999.9']],
  ['decimal', 'DECIMAL(18, 6)', ['999999999999.999999', '-0.000001']],
  ['decimal', 'HUGEINT', [`'12345678901234567890123456789012345678'`, '-5']],
  ['decimal', 'UHUGEINT', [`'12345678901234567890123456789012345678'`, '5']],
  ['decimal', 'UBIGINT', ['18446744073709551615', '0']],
  ['decimal', 'TINYINT', ['127', '-128']],
  ['integer', 'BIGINT', ['9223372036854775807', '-9223372036854775807']],
  ['integer', 'UINTEGER', ['4294967295', '0']],
  ['string', 'UUID', [`'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'`, `'ffffffff-ffff-ffff-ffff-ffffffffffff'`]],
  ['string', 'BLOB', [String.raw`'\xAA\x00'`, `''`]],
  ['string', 'INTERVAL', [`'1 month 2 days 3 seconds'`, `'-400 days'`, `'30 days'`, `'1 month'`]],
  ['string', 'INTEGER[]', ['[1, 2, 3]', '[]', '[NULL]']],
  ['string', 'STRUCT(a INTEGER, b VARCHAR)', [`{a: 1, b: 'x'}`, `{a: NULL, b: ''}`]],
  ['string', 'TIMETZ', [`'23:59:59.999999+05:30'`, `'00:00:00-08'`]],
  ['string', 'TIMESTAMP_NS', [`'2024-01-01 00:00:00.123456789'`]],
  [
    'string',
    'VARCHAR',
    [
      `''`,
      `' '`,
      'chr(65279)',
      `chr(65279) || 'x'`,
      'chr(0)',
      `'a' || chr(0) || 'b'`,
      'chr(10)',
      'chr(13) || chr(10)',
      `'"'`,
      `','`,
      'chr(9)',
      `repeat('ä', 100000)`,
      `'é'`,
      `'e' || chr(769)`,
      `'NULL'`,
    ],
  ],
  [
    'timestamp',
    'TIMESTAMP',
    [`'2024-01-01 00:00:00.000001'`, `'infinity'`, `'-infinity'`, `'290309-12-22 (BC) 00:00:00'`],
  ],
  ['timestamp', 'TIMESTAMP_S', [`'9999-12-31 23:59:59'`, `'1900-01-01'`]],
  ['timestamp', 'TIMESTAMP_MS', [`'2024-01-01 00:00:00.001'`]],
  ['timestamp', 'TIMESTAMP_NS', [`'2024-01-01 00:00:00.123456789'`, `'1677-09-22'`]],
  ['timestamp', 'TIMESTAMPTZ', [`'2024-01-01 00:00:00+05'`, `'1969-12-31 23:59:59.999999Z'`]],
  ['date', 'DATE', [`'0001-01-01'`, `'5881580-07-10'`, `'infinity'`, `'-infinity'`]],
  ['boolean', 'BOOLEAN', ['true', 'false']],
]
const columns: readonly Column[] = sources.map(([type], index) => ({ name: `V${index}`, type }))
const numbers = columns.filter(({ type }) => type === 'decimal' || type === 'integer').map(({ name }) => name)
const functions = ['sum', 'avg', 'min', 'max', 'countDistinct'] as const
const dataset = {
  name: 'Odd',
  nameAliases: [],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
  accountColumn: 'Owner',
  columns: [...columns, { name: 'Group', type: 'integer' }, { name: 'Owner', type: 'string', hidden: true }],
  metrics: numbers.flatMap((name) =>
    functions.map((f) => ({ name: `${f}${name}`, type: 'decimal' as const, expression: aggregateOf(f, name) })),
  ),
} as const

const folder = mkdtempSync(join(tmpdir(), 'almanac-together-types-'))
const [data, out, temp] = ['data', 'out', 'temp'].map((name) => join(folder, name)) as [string, string, string]
const relation: Relation = { kind: 'duckdb', database: join(data, 'odd.duckdb'), schema: 'main', table: 'odd' }
const accounts = ['a', 'b']
const running = new AbortController().signal
let database: DuckDBInstance
let connection: DuckDBConnection

beforeAll(async () => {
  for (const path of [data, out, temp]) mkdirSync(path)
  const writer = await openDuckDb(2)
  const rows = Math.max(...sources.map(([, , values]) => values.length)) + 1
  const listed = sources.map(([, source, values], index) => {
    const list = values.map((value) => `CAST(${value} AS ${source})`).join(', ')
    // One more than there are, so that NULL comes too.
    return `([${list}])[1 + i % ${values.length + 1}] AS V${index}`
  })
  await writer.run(`ATTACH '${relation.database}' AS odd`)
  await writer.run(`CREATE TABLE odd.main.odd AS SELECT ${listed.join(', ')}, i % 3 AS "Group", o AS "Owner"
    FROM range(${rows}) t(i), (VALUES ('a'), ('b'), (NULL)) owners(o)`)
  await writer.run('DETACH odd')
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
  rmSync(folder, { recursive: true })
})

const every = columns.map(({ name }) => name).join(', ')

describe('values of every type keep the bytes that they have alone', () => {
  test.each([
    ['as rows', `SELECT ${every} FROM Odd`],
    ['told apart', `SELECT DISTINCT ${every} FROM Odd`],
    ...columns.map(({ name, type }, index) => [
      `ordered by, and grouped by, ${sources[index]?.[1]} as ${type}`,
      `SELECT Group, ${name} FROM Odd ORDER BY ${name} ASC`,
    ]),
    ...functions.map((f) => [`${f} of each group`, `SELECT Group, ${numbers.map((name) => f + name).join()} FROM Odd`]),
    ...functions.map((f) => [`${f} of all`, `SELECT ${numbers.map((name) => f + name).join()} FROM Odd`]),
  ])('%s', async (_, text) => {
    const checked = checkQuery(text ?? '', { datasets: [dataset], profile: 'open' })
    if (!checked.ok) throw new Error(`${text}: ${checked.diagnostics[0]?.message}`)
    const run = { relation, referenceAt: Date.parse('2024-05-31T10:30:00Z') }
    const together = compileTogether(checked.query, { ...run, accountIds: accounts })
    if (together === null) throw new Error('every row has an owner')
    const targets = accounts.map((accountId) => ({ accountId, path: join(out, accountId), format: 'csv' as const }))
    const files = await runExportTogether(connection, { query: together, targets }, running)
    for (const [index, { accountId, path }] of targets.entries()) {
      const target = { path: join(out, 'alone'), format: 'csv' as const }
      const query = compileQuery(checked.query, { ...run, accountId })
      const alone = await runExport(connection, { query, target }, running, () => undefined)
      expect(readFileSync(path, 'utf8')).toBe(readFileSync(target.path, 'utf8'))
      expect(files[index]).toEqual(alone)
      rmSync(target.path)
      rmSync(path)
    }
    expect(readdirSync(out)).toEqual([])
  })
})
