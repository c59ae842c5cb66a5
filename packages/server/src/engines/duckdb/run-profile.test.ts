import { checkQuery, compileQuery, type Dataset, type FileRelation, type Spellings } from '@almanac/query'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keepTextsWhole } from '../../datasets/keep-texts-whole.ts'
import { runPreview } from './run-preview.ts'
import { runProfile } from './run-profile.ts'

let folder: string
let connection: DuckDBConnection
let files = 0
const never = new AbortController().signal

beforeAll(async () => {
  keepTextsWhole()
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'almanac-profile-')))
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  connection = await instance.connect()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A Parquet file with the rows of a SELECT. */
async function parquet(select: string): Promise<FileRelation> {
  const path = join(folder, `${(files += 1)}.parquet`)
  await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`)
  return { kind: 'files', format: 'parquet', paths: [path] }
}

async function profileOf(select: string, stringColumns: readonly string[]) {
  return runProfile(connection, { relation: await parquet(select), stringColumns }, never)
}

const spellingOf = async (expression: string, rows = 10): Promise<unknown> => {
  const { spellings } = await profileOf(`SELECT ${expression} AS "Text" FROM range(${rows}) t(n)`, ['Text'])
  return spellings['Text']
}

const manyValues = 5_000

describe('a profile', () => {
  test('counts the rows of all accounts, those without a value too', async () => {
    expect(await profileOf('SELECT NULL::VARCHAR AS a FROM range(7)', ['a'])).toEqual({
      rows: 7,
      spellings: { a: { kind: 'lower' } },
    })
  })

  test.each([
    ['sorted by account', 'ORDER BY "Account"', 0, 0.15],
    ['mixed', 'ORDER BY hash(n)', 0.9, 1],
  ])('says how much is read for one account of rows that are %s', async (_, order, least, most) => {
    const rows = `SELECT 'account-' || (n % 40) AS "Account" FROM range(80000) t(n) ${order}`
    const path = join(folder, `${(files += 1)}.parquet`)
    await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
    const relation: FileRelation = { kind: 'files', format: 'parquet', paths: [path] }
    const look = (accountColumn?: string) =>
      runProfile(connection, { relation, stringColumns: [], accountColumn }, never)
    const { accountReadShare = Number.NaN } = await look('account')
    expect(accountReadShare).toBeGreaterThan(least)
    expect(accountReadShare).toBeLessThanOrEqual(most)
    expect(await look()).toEqual({ rows: 80000, spellings: {} })
    expect((await look('Other')).accountReadShare).toBeUndefined()
  })

  test('compares the account ids of a column of whole numbers as numbers: 9 lies between 8 and 10', async () => {
    const path = join(folder, `${(files += 1)}.parquet`)
    for (const [order, least, most] of [
      ['ORDER BY "Account"', 0, 0.15],
      // Each row group has accounts from 6 to 1176: as texts, nothing lies between these.
      ['ORDER BY hash(n)', 0.9, 1],
    ] as const) {
      const rows = `SELECT CAST(6 + (n % 40) * 30 AS BIGINT) AS "Account" FROM range(80000) t(n) ${order}`
      await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`)
      const relation: FileRelation = { kind: 'files', format: 'parquet', paths: [path] }
      const asked = { relation, stringColumns: [], accountColumn: 'Account' }
      const { accountReadShare = Number.NaN } = await runProfile(connection, asked, never)
      expect(accountReadShare).toBeGreaterThan(least)
      expect(accountReadShare).toBeLessThanOrEqual(most)
    }
  })

  test('has the values of a column that has few', async () => {
    expect(await spellingOf(`['Paid', 'Trial', NULL, 'paid', ''][1 + n % 5]`)).toEqual({
      kind: 'values',
      values: ['', 'Paid', 'Trial', 'paid'],
    })
    expect(await spellingOf(`'É' || n`)).toMatchObject({ kind: 'values' })
  })

  test.each([1, manyValues])('says that %d values are all in lower or all in upper case', async (rows) => {
    expect(await spellingOf(`'id-' || n`, rows)).toEqual({ kind: 'lower' })
    expect(await spellingOf(`'ID-' || n`, rows)).toEqual({ kind: 'upper' })
  })

  test('says nothing of many values when a single one of them speaks against it', async () => {
    const last = manyValues - 1
    expect(await spellingOf(`CASE n WHEN ${last} THEN 'Id' ELSE 'id-' || n END`, manyValues)).toBeUndefined()
    expect(await spellingOf(`CASE n WHEN ${last} THEN 'id' ELSE 'ID-' || n END`, manyValues)).toBeUndefined()
    expect(await spellingOf(`CASE n WHEN ${last} THEN 'é' ELSE 'id-' || n END`, manyValues)).toBeUndefined()
    expect(await spellingOf(`CASE n WHEN ${last} THEN 'É' ELSE 'ID-' || n END`, manyValues)).toBeUndefined()
  })

  test('leaves out a column whose values are long', async () => {
    expect(await spellingOf(`repeat('Long text ', 3000) || n`)).toBeUndefined()
  })

  test('has values that begin with U+FEFF as they are', async () => {
    expect(await spellingOf(`chr(65279) || ['Marked', 'marked'][1 + n % 2]`)).toEqual({
      kind: 'values',
      values: ['\uFEFFMarked', '\uFEFFmarked'],
    })
  })

  test('looks at a table of a DuckDB file too', async () => {
    const database = join(folder, 'tables.duckdb')
    await connection.run(`ATTACH '${database}' AS made`)
    await connection.run(
      `CREATE TABLE made.main.Prices AS SELECT ['Basic', 'Pro'][1 + n % 2] AS Plan FROM range(9) t(n)`,
    )
    await connection.run('DETACH made')
    const relation = { kind: 'duckdb', database, schema: 'main', table: 'Prices' } as const
    expect(await runProfile(connection, { relation, stringColumns: ['Plan'] }, never)).toEqual({
      rows: 9,
      spellings: { Plan: { kind: 'values', values: ['Basic', 'Pro'] } },
    })
  })

  test('reads a column whatever its name, and one that is no text in its files', async () => {
    const { spellings } = await profileOf(`SELECT 'Ab' AS "v""'", 12 AS "__proto__", 'x' AS v FROM range(3)`, [
      `v"'`,
      '__proto__',
    ])
    expect(Object.entries(spellings)).toEqual([
      [`v"'`, { kind: 'values', values: ['Ab'] }],
      ['__proto__', { kind: 'lower' }],
    ])
  })
})

// Cases that agree, that share a lower-case form only in some engines, that change their length, that are no letters.
const hostile = [
  ['paid', 'Paid', 'PAID', 'pAid', '', ' ', 'a_b', 'A%b', 'a^b', 'a\\b', "it's"],
  ['i', 'I', 'İ', 'ı', 'i̇', 'k', 'K', '\u212A', 's', 'S', 'ſ', 'ß', 'ẞ', 'SS', 'Straße', 'STRASSE', 'STRAẞE'],
  ['σ', 'ς', 'Σ', 'ΟΔΟΣ', 'οδος', 'οδοσ', 'ǆ', 'ǅ', 'Ǆ', 'å', 'Å', '\u212B', 'É', 'e\u0301', 'é', 'ﬁ', 'FI'],
  ['Ꭰ', 'ꭰ', 'ᏸ', '\u{10D50}', '\u{1F600}', '\uFEFFpaid', '東京', '\u{10400}', '\u{10428}', 'Ⅷ', 'ⅷ', 'Ⓐ', 'ⓐ'],
].flat()
const inOneCase = ['paid', 'i', 'k', 's', 'ss', 'a_b', 'a^b', 'id-7', 'id-70', '']

/** What stands in the columns of the test. Few of them at a time: then a profile has their values. */
const pools = {
  Few: ['Paid', 'PAID', 'Straße', 'ΟΔΟΣ', 'k', 'İ', 'ı'],
  Lower: inOneCase,
  Upper: inOneCase.map((text) => text.toUpperCase()),
  Odd: hostile,
}
type PoolName = keyof typeof pools
const columns = Object.keys(pools) as readonly PoolName[]

const dataset: Dataset = {
  name: 'Test',
  nameAliases: [],
  columns: [{ name: 'Id', type: 'integer' }, ...columns.map((name) => ({ name, type: 'string' as const }))],
  metrics: [],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
}

const cell = (name: PoolName) => fc.constantFrom(null, ...pools[name])
const row = fc.record({ Few: cell('Few'), Lower: cell('Lower'), Upper: cell('Upper'), Odd: cell('Odd') })
const table = fc.array(row, { minLength: 1, maxLength: 8 })

const letterCases = [
  (text: string) => text,
  (text: string) => text.toUpperCase(),
  (text: string) => text.toLowerCase(),
  (text: string) => Array.from(text, (letter, index) => (index % 2 === 0 ? letter.toUpperCase() : letter)).join(''),
]

/** A column and literals that are mostly of its own texts, in any case. */
const subject = fc.constantFrom(...columns).chain((name) => {
  const text = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pools[name]) }, fc.constantFrom(...hostile))
  const literal = fc.tuple(text, fc.constantFrom(...letterCases)).map(([given, inCase]) => quoted(inCase(given)))
  return fc.record({ name: fc.constant(name), literals: fc.array(literal, { minLength: 3, maxLength: 3 }) })
})
const not = fc.constantFrom('', 'NOT ')

const leaf = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(subject, fc.constantFrom('=', '!='))
      .map(([{ name, literals }, operator]) => `${name} ${operator} ${literals[0]}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(subject, not, fc.integer({ min: 1, max: 3 }))
      .map(([{ name, literals }, negated, count]) => `${name} ${negated}IN (${literals.slice(0, count).join(', ')})`),
  },
  fc
    .tuple(subject, fc.constantFrom('<', '>', '<=', '>='))
    .map(([{ name, literals }, operator]) => `${name} ${operator} ${literals[0]}`),
  fc.tuple(subject, not).map(([{ name, literals }, negated]) => `${name} ${negated}LIKE ${literals[0]}`),
  fc
    .tuple(subject, not)
    .map(([{ name, literals }, negated]) => `${name} ${negated}BETWEEN ${literals[0]} AND ${literals[1]}`),
)

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: tie('condition').map((inner) => `NOT (${inner})`) },
    { weight: 1, arbitrary: fc.tuple(tie('condition'), tie('condition')).map((both) => `(${both.join(' OR ')})`) },
    { weight: 1, arbitrary: fc.tuple(tie('condition'), tie('condition')).map((both) => `(${both.join(' AND ')})`) },
  ),
}))

async function idsWhere(text: string, relation: FileRelation): Promise<unknown> {
  const checked = checkQuery(`SELECT Id FROM Test WHERE ${text} ORDER BY Id ASC`, {
    datasets: [dataset],
    profile: 'open',
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics))
  const compiled = compileQuery(checked.query, { relation, accountId: '', referenceAt: 0 })
  return runPreview(connection, compiled, never)
}

describe('a comparison', () => {
  test('finds the same rows with a profile as without one', async () => {
    const kinds = new Set<string>()
    await fc.assert(
      fc.asyncProperty(table, fc.array(condition, { minLength: 12, maxLength: 12 }), async (rows, conditions) => {
        const values = rows.map((cells, id) => {
          const texts = columns.map((name) => (cells[name] === null ? 'NULL' : quoted(cells[name])))
          return `(${[id, ...texts].join(', ')})`
        })
        const relation = await parquet(`SELECT * FROM (VALUES ${values.join(', ')}) t(Id, ${columns.join(', ')})`)
        const { spellings } = await runProfile(connection, { relation, stringColumns: columns }, never)
        for (const { kind } of Object.values(spellings)) kinds.add(kind)
        for (const text of conditions) {
          const [spelt, caseless] = [await idsWhere(text, { ...relation, spellings }), await idsWhere(text, relation)]
          expect([text, spelt]).toEqual([text, caseless])
        }
      }),
      { numRuns: 60 },
    )
    // The test has seen all that it is about.
    expect([...kinds].sort()).toEqual(['lower', 'upper', 'values'])
  })

  const stored = ['Paid', 'Trial', 'TRIAL', 'Straße', null]
  const relationOf = async (spellings: Spellings): Promise<FileRelation> => ({
    ...(await parquet(
      `SELECT * FROM (VALUES ${stored.map((text, id) => `(${id}, ${text === null ? 'NULL' : quoted(text)})`).join(', ')}) t(Id, Few)`,
    )),
    spellings,
  })
  const fewValues: Spellings = { Few: { kind: 'values', values: stored.filter((text) => text !== null) } }

  test.each([
    ["Few = 'PAID'", [0]],
    ["Few != 'paid'", [1, 2, 3]],
    ["NOT (Few = 'nothing')", [0, 1, 2, 3]],
    ["Few = 'nothing'", []],
    ["Few != 'nothing'", [0, 1, 2, 3]],
    ["Few NOT IN ('nothing')", [0, 1, 2, 3]],
    ["Few = 'trial'", [1, 2]],
    ["Few IN ('PAID', 'STRAßE')", [0, 3]],
    ["Few = 'STRASSE'", []],
  ])('%s finds rows by the values that there are', async (text, ids) => {
    expect(await idsWhere(text, await relationOf(fewValues))).toEqual(ids.map((id) => [id]))
  })
  test.each(['ı', 'ß', 'ſS', 'ﬁ'])("a text in upper case doesn't equal %s, whose upper case it is", async (text) => {
    const relation = await parquet(`SELECT * FROM (VALUES (0, 'I'), (1, 'SS'), (2, 'FI'), (3, 'SHIP')) t(Id, "Upper")`)
    const { spellings } = await runProfile(connection, { relation, stringColumns: ['Upper'] }, never)
    expect(spellings).toEqual({ Upper: { kind: 'upper' } })
    const spelt = { ...relation, spellings }
    expect(await idsWhere(`Upper = ${quoted(text)}`, spelt)).toEqual([])
    expect(await idsWhere(`Upper != ${quoted(text)}`, spelt)).toHaveLength(4)
    expect(await idsWhere(`Upper = 'ship'`, spelt)).toEqual([[3]])
  })
})
