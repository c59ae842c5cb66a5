import type { DuckDBConnection } from '@duckdb/node-api'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkQuery, compileQuery } from '../src/index.ts'
import type { Dataset, Relation } from '../src/index.ts'
import { copyTo, openDuckDb, rowsOf } from './duckdb.ts'
import { newFolder } from './sales-files.ts'
import { readFileSync } from 'node:fs'

// What is quoted or bound comes out of the engine as it went in: as a value, a name, a path, a form, a header.

const hostile = [
  `'`,
  `''`,
  `"`,
  `\\`,
  `\\'`,
  `%`,
  `_`,
  `\\%_`,
  `'; DROP TABLE t; --`,
  `' OR '1'='1`,
  `/* x */`,
  `-- x`,
  `$1`,
  `?`,
  `{}`,
  `\${x}`,
  `a\nb`,
  `a\r\nb`,
  `\t`,
  ` `,
  `‘curly’`,
  `“double”`,
  `ＤＲＯＰ`,
  `e\u0301`,
  `🙂`,
  `\u202Egnp.exe`,
  `\uFEFF`,
  `NULL`,
  `read_csv('/etc/passwd')`,
  'x'.repeat(10_000),
]

const folder = newFolder()
let connection: DuckDBConnection

beforeAll(async () => {
  connection = await openDuckDb(1)
})

const plain: Dataset = {
  name: 'T',
  nameAliases: [],
  columns: [
    { name: 'Id', type: 'integer' },
    { name: 'Text', type: 'string' },
  ],
  metrics: [],
  columnAliases: {},
  dateRanges: [],
  timespans: 'rolling',
}

const quoted = (text: string): string => `'${text.replaceAll(`'`, `''`)}'`

function compile(text: string, dataset: Dataset, relation: Relation) {
  const checked = checkQuery(text, { datasets: [dataset], profile: 'open' })
  if (!checked.ok) throw new Error(`${text}: ${checked.diagnostics[0]?.message}`)
  return compileQuery(checked.query, { relation, accountId: 'me', referenceAt: 0 })
}

async function fileOf(name: string, select: string, values: readonly string[] = []): Promise<Relation> {
  const path = join(folder, `${name}.parquet`)
  const statement = await connection.prepare(`COPY (${select}) TO '${path.replaceAll(`'`, `''`)}' (FORMAT parquet)`)
  values.forEach((value, index) => statement.bindVarchar(index + 1, value))
  await statement.run()
  return { kind: 'files', format: 'parquet', paths: [path] }
}

describe('a value of the query', () => {
  let relation: Relation
  beforeAll(async () => {
    const rows = hostile.map((_, index) => `SELECT ${index}::BIGINT AS "Id", $${index + 1}::VARCHAR AS "Text"`)
    relation = await fileOf('values', rows.join(' UNION ALL '), hostile)
  })

  test.each(hostile.map((value, index) => [index, value] as const))(
    '%i is equal to itself and to nothing else',
    async (index, value) => {
      const ids = async (condition: string): Promise<readonly unknown[]> =>
        (await rowsOf(connection, compile(`SELECT Id FROM T WHERE ${condition}`, plain, relation))).map(([id]) =>
          Number(id),
        )
      const escaped = quoted(value.replaceAll(/[\\%_]/g, (special) => `\\${special}`))
      expect(await ids(`Text = ${quoted(value)}`)).toEqual([index])
      expect(await ids(`Text IN (${quoted(value)}, 'no such text')`)).toEqual([index])
      expect(await ids(`Text LIKE ${escaped}`)).toEqual([index])
      expect(await ids(`Text != ${quoted(value)}`)).toHaveLength(hostile.length - 1)
    },
  )
})

test('a text with U+0000 is no text of a query', () => {
  const checked = checkQuery(`SELECT Id FROM T WHERE Text = 'a\0b'`, { datasets: [plain], profile: 'open' })
  expect(checked.ok).toBe(false)
})

test('half of a surrogate pair, which no file can hold, is U+FFFD', async () => {
  const relation = await fileOf('surrogates', `SELECT 1::BIGINT AS "Id", 'a\uFFFD' AS "Text"`)
  expect(await rowsOf(connection, compile(`SELECT Text FROM T WHERE Text = 'A\uD83D'`, plain, relation))).toEqual([
    ['a\uFFFD'],
  ])
})

test.each(hostile.filter((name) => name.trim() !== '' && name.length < 200))(
  'a column called %j is read',
  async (name) => {
    const quotedName = `"${name.replaceAll('"', '""')}"`
    const relation = await fileOf('names', `SELECT 'here' AS ${quotedName}, 1::BIGINT AS "Id"`)
    // No query can say such a name; an alias can lead to it.
    const dataset: Dataset = {
      ...plain,
      columns: [
        { name: 'Id', type: 'integer' },
        { name, type: 'string' },
      ],
      columnAliases: { Alias: name },
    }
    expect(await rowsOf(connection, compile('SELECT Alias FROM T', dataset, relation))).toEqual([['here']])
  },
)

test.each(hostile.filter((name) => !name.includes('/') && name.length < 200))(
  'a file called %j is read',
  async (name) => {
    // A path is no pattern: the engine must not look for others.
    if (/[*?[\]{}]/.test(name)) return
    const relation = await fileOf(`file ${name}`, `SELECT 7::BIGINT AS "Id", 'x' AS "Text"`)
    expect(await rowsOf(connection, compile('SELECT Text FROM T', plain, relation))).toEqual([['x']])
  },
)

// Node's binding for DuckDB drops a U+FEFF with which a text begins; the file has it.
test.each(hostile.filter((form) => form.length < 200 && form !== '\uFEFF'))(
  'a boolean written as %j comes out so',
  async (form) => {
    const relation = await fileOf('forms', 'SELECT true AS "Flag", 1::BIGINT AS "Id"')
    const dataset: Dataset = { ...plain, columns: [{ name: 'Flag', type: 'boolean', booleanForms: ['no', form] }] }
    expect(await rowsOf(connection, compile('SELECT Flag FROM T', dataset, relation))).toEqual([[form]])
  },
)

test('a header is the alias, whatever stands in it', async () => {
  const relation = await fileOf('headers', `SELECT 'x' AS "Text", 1::BIGINT AS "Id"`)
  const dataset: Dataset = { ...plain, columnAliases: { 'Amount(USD)': 'Text' } }
  const path = join(folder, 'header.csv')
  await copyTo(connection, compile('SELECT Amount(USD) FROM T', dataset, relation), path)
  expect(readFileSync(path, 'utf8')).toBe('Amount(USD)\nx\n')
})
