import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkCatalog } from '../../check-catalog.ts'
import { readSettings } from '../../config/read-settings.ts'
import type { Settings } from '../../config/settings.ts'
import { inferCatalog } from '../../infer-catalog.ts'
import type { DatasetDraft } from '../../infer/draft.ts'
import type { InferInput } from '../../infer/infer-datasets.ts'
import { printDraft } from '../../infer/print-draft.ts'
import { saveDraft } from '../../infer/save-draft.ts'
import { startTrino } from './testing/start-trino.ts'
import type { TestTrino } from './testing/start-trino.ts'
import { rowsOfTrino } from './testing/trino-world.ts'

const folder = mkdtempSync(join(tmpdir(), 'almanac-trino-infer-'))
let trino: TestTrino

beforeAll(async () => {
  trino = await startTrino()
  for (const statement of [
    `CREATE TABLE memory.default.orders AS SELECT * FROM (VALUES
       ('contoso', '007', 'yes', TRUE, 1.50, DATE '2026-05-01', TIMESTAMP '2026-05-01 10:00:00.123456', 'open'),
       ('contoso', '008', 'no', FALSE, 2.25, DATE '2026-05-02', NULL, 'shut'),
       ('fabrikam', '009', 'no', NULL, NULL, DATE '2026-05-03', TIMESTAMP '2026-05-03 10:00:00.123456', 'open'))
       AS t (account_id, order_id, was_late, is_paid, amount, order_date, changed_at, state)`,
    `CREATE TABLE memory.default.odd AS SELECT
       ARRAY['a'] AS parts, MAP(ARRAY['a'], ARRAY[1]) AS pairs, CAST(ROW(1, 'x') AS ROW(a INTEGER, b VARCHAR)) AS both,
       JSON '{"a": 1}' AS doc, X'00' AS bytes, INTERVAL '1' DAY AS span, uuid() AS uid, TIME '10:00:00' AS hour,
       IPADDRESS '10.0.0.1' AS address, nan() AS number, REAL '1.5' AS small, CAST('ab' AS CHAR(4)) AS code,
       TIMESTAMP '2026-05-01 10:00:00.123 UTC' AS moment, 'it''s "so"' || chr(0) AS "some text", 1 AS "select"`,
    "CREATE TABLE memory.default.nothing AS SELECT ARRAY[1] AS a, JSON '1' AS b",
    `CREATE TABLE memory.default.zoned AS SELECT * FROM (VALUES
       ('contoso', TIMESTAMP '2026-05-02 01:00:00.000 Europe/Berlin'), ('contoso', TIMESTAMP '2026-05-02 23:00:00.000 -08:00'))
       AS t (account_id, sold_at)`,
    `CREATE TABLE memory.default.empty AS SELECT 'a' AS account, 1 AS n WHERE FALSE`,
  ])
    await rowsOfTrino(trino.connection, statement)
})
afterAll(async () => {
  await trino?.stop()
  rmSync(folder, { recursive: true })
})

function settingsWith(url: string | null, catalogFolder: string): Settings {
  const overrides = {
    catalogFolder,
    dataFolder: join(folder, 'data'),
    'engine.threads': 1,
    ...(url && { 'trino.url': url }),
  }
  return readSettings({ file: null, environment: {}, overrides, isTerminal: false })
}

async function infer(
  source: string,
  change: Partial<InferInput> = {},
  url: string | null = trino.url,
): Promise<DatasetDraft> {
  const { drafts } = await inferCatalog(settingsWith(url, folder), {
    sources: [source],
    table: null,
    name: null,
    program: 'shop',
    sampleRows: 1_000,
    now: Date.UTC(2026, 5, 15),
    interruption: () => new AbortController().signal,
    ...change,
  })
  const [draft] = drafts
  if (draft === undefined) throw new Error('a draft was expected')
  return draft
}

/** Mistakes of a catalog that has this draft alone, held against its data. */
async function mistakesOf(draft: DatasetDraft): Promise<readonly string[]> {
  const catalogFolder = mkdtempSync(join(folder, 'catalog-'))
  await saveDraft(draft, catalogFolder, { replace: false })
  const { signal } = new AbortController()
  const { mistakes } = await checkCatalog(settingsWith(trino.url, catalogFolder), { withData: true, signal })
  return mistakes.map(({ message }) => message)
}

const typesOf = ({ columns }: DatasetDraft) => Object.fromEntries(columns.map(({ name, type }) => [name, type]))

describe('a table of Trino', () => {
  test('is drafted with the types that Trino says, and passes the check with its data', async () => {
    const draft = await infer('memory.default.orders')
    expect(typesOf(draft)).toEqual({
      account_id: 'string',
      order_id: 'string',
      was_late: 'string',
      is_paid: 'boolean',
      amount: 'decimal',
      order_date: 'date',
      changed_at: 'timestamp',
      state: 'string',
    })
    expect(draft).toMatchObject({
      name: 'Orders',
      source: { format: 'trino', catalog: 'memory', schema: 'default', table: 'orders' },
      basis: ['All rows of the table orders were looked at (3).'],
      account: { column: 'account_id' },
      date: { column: 'order_date' },
    })
    expect(printDraft(draft, 's')).toContain(
      'source:\n  format: trino\n  catalog: memory\n  schema: default\n  table: orders\n',
    )
    expect(await mistakesOf(draft)).toEqual([])
  })

  test('that nobody here made is drafted, saved and checked', async () => {
    const draft = await infer('tpch.tiny.lineitem')
    expect(typesOf(draft)).toMatchObject({
      orderkey: 'integer',
      quantity: 'decimal',
      returnflag: 'string',
      shipdate: 'date',
      comment: 'string',
    })
    expect(draft.leftOut).toEqual([])
    expect(draft.basis[0]).toBe('The first 1,000 rows of the table lineitem were looked at; there are 60,175.')
    // Of all rows, though only some were looked at.
    expect(draft.ranges?.why).toMatch(/between 1992-01-\d\d and 1998-1\d-\d\d/)
    expect(draft.columns.find(({ name }) => name === 'returnflag')?.values).toEqual(['A', 'N', 'R'])
    expect(await mistakesOf(draft)).toEqual([])
  })

  test('leaves out what a file of rows can not show, and what no query can name, and says so', async () => {
    const draft = await infer('memory.default.odd')
    expect(typesOf(draft)).toEqual({
      uid: 'string',
      hour: 'string',
      address: 'string',
      number: 'decimal',
      small: 'decimal',
      code: 'string',
      moment: 'timestamp',
    })
    const text = printDraft(draft, 's')
    for (const words of [
      "'parts': holds array(varchar(1)), which a file of rows can't show",
      "'pairs': holds map(",
      "'both': holds row(",
      "'doc': holds json,",
      "'bytes': holds varbinary,",
      "'span': holds interval day to second,",
      "'some text': no query can name it; call it SomeText in the table",
      'CREATE VIEW "memory"."default"."odd_named" AS SELECT *,',
      '"some text" AS SomeText',
    ])
      expect(text).toContain(words)
    expect(await mistakesOf(draft)).toEqual([])
  })

  test('with times in other zones has its days by the clock of UTC', async () => {
    const draft = await infer('memory.default.zoned')
    expect(typesOf(draft)).toEqual({ account_id: 'string', sold_at: 'timestamp' })
    expect(draft.ranges?.why).toContain('between 2026-05-01 and 2026-05-03')
    expect(await mistakesOf(draft)).toEqual([])
  })

  test('that has no rows has its types all the same', async () => {
    expect(typesOf(await infer('memory.default.empty'))).toEqual({ account: 'string', n: 'integer' })
  })

  test('has names in any case, and quotes where one has a dot', async () => {
    expect((await infer('TPCH.Tiny."NATION"')).source).toMatchObject({
      catalog: 'TPCH',
      schema: 'Tiny',
      table: 'NATION',
    })
  })

  test.each([
    ['memory.default.gone', /^memory\.default\.gone can't be read: Trino has no such table, or shows it not/],
    ['nowhere.default.gone', /^nowhere\.default\.gone can't be read: .*CATALOG_NOT_FOUND/],
    ['memory.default.nothing', /^No column of memory\.default\.nothing can be declared\.\n.*'a': holds array/s],
  ])('that gives nothing is refused in words: %s', async (source, words) => {
    await expect(infer(source)).rejects.toThrow(words)
  })

  test('is named alone', async () => {
    const sources = ['tpch.tiny.nation', 'tpch.tiny.region']
    await expect(infer('', { sources })).rejects.toThrow('tpch.tiny.nation is a table of Trino: name it alone.')
  })

  test('needs a setting that says which Trino', async () => {
    await expect(infer('tpch.tiny.nation', {}, null)).rejects.toThrow(
      'There is no file tpch.tiny.nation. If it is a table of Trino, say where that is: set trino.url (ALMANAC_TRINO_URL).',
    )
  })
})
