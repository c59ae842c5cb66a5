import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { checkQuery, compileQuery, trino } from '../src/index.ts'
import type { CheckedQuery, CompiledQuery, QueryRun } from '../src/index.ts'
import { arbitraryQuery } from '../src/testing/arbitrary-query.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { openDuckDb, rowsOf } from './duckdb.ts'
import type { Row } from './duckdb.ts'
import { newFolder, referenceAt } from './sales-files.ts'
import { salesRows, writeWorld } from './sales-world.ts'
import type { SalesWorld } from './sales-world.ts'

// No Trino runs here. Its statements keep close to the standard, so DuckDB can read them when a few words are put into its
// own: then they have to find the same rows and write the same texts as the statements made for DuckDB.

let connection: DuckDBConnection
let world: SalesWorld

beforeAll(async () => {
  connection = await openDuckDb(2)
  const folder = join(newFolder(), 'parquet')
  mkdirSync(folder)
  world = await writeWorld(connection, folder, 'parquet', salesRows(20240531, 300))
})

// Casts from a double go by its shortest text, as Trino's do. To DuckDB a `DECIMAL` alone has three places.
const words: readonly (readonly [trino: RegExp, duckdb: string])[] = [
  [/IN \('double', 'real'\)/g, `IN ('DOUBLE', 'FLOAT')`],
  [/LIKE 'decimal\(3_,%'/g, `LIKE 'DECIMAL(3_,%'`],
  [/is_finite\(/g, 'isfinite('],
  [/format\('%\.0f', /g, `printf('%.0f', `],
  [/TIMESTAMP\(6\) WITH TIME ZONE/g, 'TIMESTAMPTZ'],
  [/TIMESTAMP '([^']*) UTC'/g, `TIMESTAMPTZ '$1+00'`],
  [/DECIMAL '([^']*)'/g, '$1'],
  [/CAST\((r\.c\d+) AS DECIMAL\(38, (20|30)\)\)/g, 'CAST(CAST($1 AS VARCHAR) AS DECIMAL(38, $2))'],
  [/substr\(CAST\((r\.c\d+ AT TIME ZONE 'UTC') AS VARCHAR\), /g, `substr(strftime($1, '%Y-%m-%d %H:%M:%S.%f'), `],
]

function inDuckDbsWords({ sql, ...query }: CompiledQuery, files: string): CompiledQuery {
  const read = sql.replace('"hive"."insights"."sales"', () => files)
  return { ...query, sql: words.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), read) }
}

test('mean what those for DuckDB mean', async () => {
  const { relation } = world
  const files = relation.kind === 'files' ? `read_parquet([${relation.paths.map((path) => `'${path}'`).join()}])` : ''
  const run = { accountId: 'me', referenceAt } as const
  const different: unknown[] = []
  let answered = 0
  for (const text of fc.sample(arbitraryQuery, { numRuns: 1500, seed: 11 })) {
    const query = checked(text)
    const isOrdered = query.plan.shape === 'groups'
    // A mean may differ in its last digit. Where only the order of the files says which rows come first, any may.
    if (/mean/i.test(text) || (!isOrdered && query.plan.limit !== null)) continue
    const forTrino = compileQuery(query, { ...run, relation: sales }, trino)
    expect(forTrino.parameters).toEqual([])
    const expected = textsOf(await rowsOf(connection, compileQuery(query, { ...run, relation })), isOrdered)
    const found = textsOf(await rowsOf(connection, inDuckDbsWords(forTrino, files)), isOrdered)
    if (expected.join('\n') !== found.join('\n')) different.push({ text, expected, found })
    answered += expected.length > 0 ? 1 : 0
  }
  expect(different.slice(0, 3)).toEqual([])
  expect(answered).toBeGreaterThan(300)
}, 120_000)

/** Whole numbers are texts in Trino's statements already. */
function textsOf(rows: readonly Row[], isOrdered: boolean): readonly string[] {
  const texts = rows.map((row) =>
    JSON.stringify(row.map((value) => (value === null ? null : String(value as string | number)))),
  )
  return isOrdered ? texts : texts.toSorted()
}

const sales: QueryRun['relation'] = { kind: 'trino', catalog: 'hive', schema: 'insights', table: 'sales' }

function checked(text: string): CheckedQuery {
  const result = checkQuery(text, { datasets: [salesDataset], profile: 'open' })
  if (!result.ok) throw new Error(`${text}: ${result.diagnostics[0]?.message}`)
  return result.query
}
