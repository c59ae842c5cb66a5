import type { DuckDBConnection } from '@duckdb/node-api'
import * as fc from 'fast-check'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkQuery, compileQuery } from '../src/index.ts'
import type { Dataset, Relation } from '../src/index.ts'
import { arbitraryQuery } from '../src/testing/arbitrary-query.ts'
import { salesDataset } from '../src/testing/sales-dataset.ts'
import { openDuckDb, planOf, rowsOf } from './duckdb.ts'
import { compileText, newFolder, writeRows } from './sales-files.ts'
import type { SalesRow } from './sales-files.ts'

const canary = 'CANARY'
const canaryNumber = '777777'

const folder = newFolder()
let connection: DuckDBConnection
let relation: Relation

beforeAll(async () => {
  connection = await openDuckDb(1)
  const mine = Array.from({ length: 30 }, (_, index): SalesRow => ({
    Name: ['NULL', `'Ann'`, `'bob'`, `'it''s'`, `'100%'`][index % 5] ?? 'NULL',
    City: `'Oslo'`,
    Quantity: index % 7 === 0 ? 'NULL' : String(index - 10),
    Price: `${index}.25`,
    Weight: index % 4 === 0 ? 'NULL' : `${index / 7}`,
    IsPaid: String(index % 2 === 0),
    IsNew: index % 3 === 0 ? 'NULL' : 'true',
    Day: `DATE '2024-05-31' - ${index * 11}`,
    At: `TIMESTAMP '2024-05-31 10:00:00' - INTERVAL ${index} HOUR`,
  }))
  // Owners that a sloppy comparison would take for `me`.
  const owners = [`'ME'`, `'me '`, `' me'`, `'m'`, `'me%'`, 'NULL', `''`]
  const theirs = owners.map((owner, index): SalesRow => ({
    Owner: owner,
    Name: `'${canary}'`,
    City: `'${canary}'`,
    Secret: `'${canary}'`,
    Quantity: canaryNumber,
    Price: canaryNumber,
    Weight: canaryNumber,
    Day: `DATE '2024-05-31' - ${index}`,
  }))
  relation = await writeRows(connection, join(folder, 'isolation.parquet'), [...mine, ...theirs])
})

describe('no query reads the rows of another account', () => {
  test('over thousands of queries, each of which runs', async () => {
    let answered = 0
    await fc.assert(
      fc.asyncProperty(arbitraryQuery, async (text) => {
        const rows = await rowsOf(connection, compileText(text, { relation }))
        const seen = JSON.stringify(rows)
        expect(seen).not.toContain(canary)
        expect(seen).not.toContain(canaryNumber)
        answered += rows.length > 0 ? 1 : 0
      }),
      { numRuns: 3000, seed: 20240531 },
    )
    // Queries that all answer nothing would prove nothing.
    expect(answered).toBeGreaterThan(1000)
  }, 300_000)

  test.each([
    `SELECT Name FROM Sales WHERE Name = 'x' OR 1 = 1`,
    `SELECT Name FROM Sales WHERE Owner = 'ME'`,
    `SELECT Owner FROM Sales`,
    `SELECT Whose FROM Sales`,
    `SELECT Name FROM Sales WHERE Whose != 'me'`,
    `SELECT Name FROM Sales ORDER BY Owner`,
    `SELECT Secret FROM Sales`,
    `SELECT file_row_number FROM Sales`,
    `SELECT Name FROM Sales WHERE t.Owner = 'ME'`,
  ])('nothing names what is hidden, not even an alias of the account column: %s', (text) => {
    expect(checkQuery(text, { datasets: [salesDataset], profile: 'open' }).ok).toBe(false)
  })

  test('an OR at the top does not widen the filter', async () => {
    const text = `SELECT Quantity FROM Sales WHERE Name IS NULL OR NOT Name = 'x' OR Quantity > 0 TIMESPAN LIFETIME`
    expect(await rowsOf(connection, compileText(text, { relation }))).toHaveLength(30)
  })

  test.each([`me' OR '1'='1`, 'ME', '%', '', `'; DROP TABLE x; --`, `$1`])(
    'an account called %s sees only rows of exactly that name',
    async (accountId) => {
      const rows = await rowsOf(
        connection,
        compileText('SELECT Name FROM Sales TIMESPAN LIFETIME', { relation, accountId }),
      )
      expect(rows).toHaveLength(accountId === 'ME' || accountId === '' ? 1 : 0)
    },
  )

  test('the filter reaches the Parquet reader, so that row groups of others are skipped', async () => {
    const query = compileText(`SELECT Name FROM Sales WHERE Name LIKE 'a%' OR Quantity > 1`, { relation })
    const plan = await planOf(connection, query)
    const scan = plan.slice(plan.indexOf('READ_PARQUET'))
    expect(scan).toMatch(/Owner='me'/)
    expect(scan).toMatch(/Day>='2023-11-30'/)
  })
})

describe.each(['INTEGER', 'UBIGINT', 'HUGEINT', 'DECIMAL(18, 0)', 'DECIMAL(18, 2)', 'FLOAT', 'DOUBLE', 'VARCHAR'])(
  'account ids that a file has as %s',
  (type) => {
    const orders: Dataset = {
      name: 'Orders',
      nameAliases: [],
      columns: [
        { name: 'Partner', type: 'string' },
        { name: 'Name', type: 'string' },
      ],
      metrics: [],
      columnAliases: {},
      dateRanges: [],
      timespans: 'rolling',
      accountColumn: 'Partner',
    }
    const path = join(folder, `partners-${type.replaceAll(/\W/g, '')}.parquet`)
    const rowsFor = (accountId: string) => {
      const result = checkQuery('SELECT Name FROM Orders', { datasets: [orders], profile: 'open' })
      if (!result.ok) throw new Error('the query is right')
      const files = { kind: 'files', format: 'parquet', paths: [path] } as const
      return rowsOf(connection, compileQuery(result.query, { relation: files, accountId, referenceAt: 0 }))
    }

    beforeAll(async () => {
      const rows = `SELECT CAST(col0 AS ${type}) AS "Partner", col1 AS "Name" FROM (VALUES (7, 'a'), (70, 'b'), (NULL, 'c'))`
      await connection.run(`COPY (${rows}) TO '${path}' (FORMAT parquet)`)
    })

    test('are found by their own text', async () => {
      expect(await rowsFor('7')).toEqual([['a']])
      expect(await rowsFor('70')).toEqual([['b']])
    })

    test.each(['007', '7.4', '7.0', '+7', ' 7', '7 ', '0x7', '7e0', '0', '-7'])(
      'are not those of the account %o, though a number may be read from it',
      async (accountId) => expect(await rowsFor(accountId).catch(() => [])).toEqual([]),
    )
  },
)
