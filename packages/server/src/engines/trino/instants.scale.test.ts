import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkQuery, compileQuery } from '@almanac/query'
import type { CompiledQuery, Dataset } from '@almanac/query'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { rowsOfTrino } from './testing/trino-world.ts'

let trino: TestTrino

// The same instants in each: at ten by the clock of UTC, half an hour later and a microsecond before midnight.
const tables = {
  plain: [
    `TIMESTAMP '2026-05-01 10:00:00.000000'`,
    `TIMESTAMP '2026-05-01 10:30:00.250000'`,
    `TIMESTAMP '2026-05-01 23:59:59.999999'`,
  ],
  zoned: [
    `TIMESTAMP '2026-05-01 12:00:00.000000 Europe/Berlin'`,
    `TIMESTAMP '2026-05-01 02:30:00.250000 -08:00'`,
    `TIMESTAMP '2026-05-02 05:29:59.999999 Asia/Kolkata'`,
  ],
  texts: [`'2026-05-01 12:00:00 Europe/Berlin'`, `'2026-05-01 10:30:00.25'`, `'2026-05-01 23:59:59.999999 UTC'`],
} as const
type Table = keyof typeof tables

beforeAll(async () => {
  trino = await startTrino()
  for (const [name, [first, second, third]] of Object.entries(tables)) {
    await rowsOfTrino(
      trino.connection,
      `CREATE TABLE memory.default.instants_${name} AS SELECT * FROM (VALUES
         ('me', 'first', ${first}), ('me', 'second', ${second}), ('me', 'third', ${third})) AS t (owner, name, at)`,
    )
  }
})
afterAll(() => trino?.stop())

const dataset: Dataset = {
  name: 'Instants',
  nameAliases: [],
  columnAliases: {},
  timespans: 'rolling',
  columns: [
    { name: 'owner', type: 'string' },
    { name: 'name', type: 'string' },
    { name: 'at', type: 'timestamp' },
  ],
  metrics: [],
  accountColumn: 'owner',
  dateColumn: 'at',
  dateRanges: ['YESTERDAY', 'LIFETIME'],
}

function compile(text: string, table: Table): CompiledQuery {
  const result = checkQuery(text, { datasets: [dataset], profile: 'open' })
  if (!result.ok) throw new Error(result.diagnostics[0]?.message)
  const relation = { kind: 'trino', catalog: 'memory', schema: 'default', table: `instants_${table}` } as const
  return compileQuery(result.query, { relation, accountId: 'me', referenceAt: Date.UTC(2026, 4, 2, 9) })
}

const rowsOf = (text: string, table: Table) => rowsOfTrino(trino.connection, compile(text, table).sql)

describe.each(Object.keys(tables) as Table[])('an instant in a column of a table (%s)', (table) => {
  test('is told by the clock of UTC, in whatever zone it was written', async () => {
    expect(await rowsOf('SELECT name, at FROM Instants ORDER BY at ASC TIMESPAN LIFETIME', table)).toEqual([
      ['first', '2026-05-01T10:00:00Z'],
      ['second', '2026-05-01T10:30:00.250000Z'],
      ['third', '2026-05-01T23:59:59.999999Z'],
    ])
  })

  test('is compared as the instant that it is', async () => {
    const after = `SELECT name FROM Instants WHERE at > '2026-05-01T10:15:00Z' ORDER BY name ASC TIMESPAN LIFETIME`
    expect(await rowsOf(after, table)).toEqual([['second'], ['third']])
    const oneOf = `SELECT name FROM Instants WHERE at IN ('2026-05-01T10:00:00Z', '2026-05-01T12:00:00Z') TIMESPAN LIFETIME`
    expect(await rowsOf(oneOf, table)).toEqual([['first']])
  })

  test('falls into the window of its day in UTC', async () => {
    expect(await rowsOf('SELECT name FROM Instants ORDER BY name ASC TIMESPAN YESTERDAY', table)).toEqual([
      ['first'],
      ['second'],
      ['third'],
    ])
  })
})

// Only then does Trino pass over files and partitions.
test.each<[Table, string]>([
  ['plain', `(at > timestamp(6) '2026-05-01 10:15:00.000000')`],
  ['zoned', `(at > timestamp(6) with time zone '2026-05-01 10:15:00.000000 UTC')`],
])('a bound on instants reaches a table as one on its column: %s', async (table, bound) => {
  const { sql } = compile(`SELECT name FROM Instants WHERE at > '2026-05-01T10:15:00Z' TIMESPAN LIFETIME`, table)
  const [[plan] = []] = await rowsOfTrino(trino.connection, `EXPLAIN ${sql}`)
  expect(plan).toContain(bound)
})
