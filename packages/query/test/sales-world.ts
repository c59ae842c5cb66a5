import type { DuckDBConnection } from '@duckdb/node-api'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FileRelation, Relation, Spelling } from '../src/index.ts'
import { seededRandom } from '../src/testing/seeded-random.ts'
import { salesTexts } from '../src/testing/sales-texts.ts'
import { exactOf, textOfExact } from './naive/exact.ts'
import type { NaiveRow } from './naive/row.ts'
import { lowerEach } from './naive/rules.ts'

/** The rows of the sales dataset as plain values, and the same rows where the engine reads them. */
export interface SalesWorld {
  /** In the order of the source. */
  readonly rows: readonly NaiveRow[]
  readonly relation: Relation
  /** What rows that an ORDER BY leaves equal are ordered by; not every source can say where a row stood. */
  readonly ties: 'files' | 'selected'
}

/** Kinds of sources; the last three are Parquet files of which it is known how their texts are spelt. */
export const worldKinds = ['parquet', 'csv', 'json', 'hive', 'table', 'values', 'lower', 'upper'] as const

export type WorldKind = (typeof worldKinds)[number]

const cities = ['Oslo', 'OSLO', 'Rome', 'rome', 'Köln', 'KÖLN', '']
const owners = ['ME', 'me ', ' me', 'm', 'me%', '', null]
const prices = ['0', '0.1', '0.2', '7.5', '-0.25', '100', '-12.5', '98765432101234.0001', '0.0002', '1.5']
const weights = [
  0.1,
  0.2,
  0.3,
  -0,
  0,
  1e-7,
  -2.5e-9,
  123456789.12,
  0.25,
  7.5,
  -3.125,
  1.5e-13,
  100,
  1e17,
  1234567.891,
  9123.45,
  Number.NaN,
  Infinity,
]
const days = [
  ['2024-05-31', '2024-05-30', '2024-05-29', '2024-05-24', '2024-05-23', '2024-04-30', '2024-04-29'],
  ['2024-02-29', '2024-02-28', '2024-03-01', '2023-11-30', '2023-11-29', '2023-05-31', '2023-05-30'],
  ['2024-06-01', '2024-01-31', '2023-12-31', '2024-05-01', '1999-01-01', '2031-12-31'],
].flat()
const times = ['00:00:00', '10:30:00', '10:30:00.000001', '23:59:59.999999', '10:29:59', '12:00:00.5']

/** Rows of the account `me`, and of others whose names a sloppy comparison would take for it. */
export function salesRows(seed: number, count: number): readonly NaiveRow[] {
  const { one, below, chance } = seededRandom(seed)
  const some = <T>(make: () => T): T | null => (chance(0.15) ? null : make())
  return Array.from({ length: count }, () => ({
    Name: some(() => one(salesTexts)),
    City: some(() => one(cities)),
    Quantity: some(() => exactOf(String(chance(0.05) ? one(['2147483647', '-2147483648']) : below(24) - 8))),
    Price: some(() => exactOf(chance(0.5) ? one(prices) : ((below(3200) - 320) / 8).toFixed(3))),
    Weight: some(() => (chance(0.5) ? one(weights) : (below(400) - 40) / 8)),
    IsPaid: some(() => chance(0.5)),
    IsNew: some(() => chance(0.3)),
    IsOpen: some(() => chance(0.7)),
    Day: some(() => one(days)),
    At: some(() => microsOf(`${one(days)}T${one(times)}`)),
    Secret: some(() => one(salesTexts)),
    Owner: chance(0.15) ? one(owners) : 'me',
  }))
}

function microsOf(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.')
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'))
}

/** Its columns, by the types that DuckDB gives them. */
export const salesTypes = {
  Name: 'VARCHAR',
  City: 'VARCHAR',
  Quantity: 'INTEGER',
  Price: 'DECIMAL(18, 4)',
  Weight: 'DOUBLE',
  IsPaid: 'BOOLEAN',
  IsNew: 'BOOLEAN',
  IsOpen: 'BOOLEAN',
  Day: 'DATE',
  At: 'TIMESTAMP',
  Secret: 'VARCHAR',
  Owner: 'VARCHAR',
} as const

/** Writes rows to a source of one kind, below an empty folder. What that kind can't hold is changed first. */
export async function writeWorld(
  connection: DuckDBConnection,
  folder: string,
  kind: WorldKind,
  rows: readonly NaiveRow[],
): Promise<SalesWorld> {
  const columns = Object.entries(salesTypes)
  const declared = columns.map(([name, type]) => `"${name}" ${type}`).join()
  await connection.run(`CREATE OR REPLACE TEMP TABLE world (${declared})`)
  const copy = async (part: readonly NaiveRow[], select: string, path: string, options: string): Promise<string> => {
    const tuples = part.map((row) => `(${columns.map(([name, type]) => literalOf(row[name] ?? null, type)).join()})`)
    await connection.run('DELETE FROM world')
    await connection.run(`INSERT INTO world VALUES ${tuples.join()}`)
    await connection.run(`COPY (${select}) TO '${path}' (${options})`)
    return path
  }
  // Two files, so that the order of rows is one of files and of rows within them.
  const inTwo = async (rows: readonly NaiveRow[], format: FileRelation['format']): Promise<Relation> => {
    const options = format === 'csv' ? 'FORMAT csv, HEADER' : `FORMAT ${format}`
    const first = await copy(rows.slice(0, 100), 'FROM world', join(folder, `0.${format}`), options)
    const second = await copy(rows.slice(100), 'FROM world', join(folder, `1.${format}`), options)
    return { kind: 'files', format, paths: [first, second] }
  }
  switch (kind) {
    case 'parquet':
      return { rows, relation: await inTwo(rows, kind), ties: 'files' }
    case 'csv':
    case 'json': {
      // In a text file there is one kind of number with a fraction.
      const floating = rows.map((row) => ({ ...row, Price: asDouble(row['Price'] ?? null) }))
      return { rows: floating, relation: await inTwo(rows, kind), ties: 'selected' }
    }
    case 'hive': {
      // A path can't hold the empty text.
      const named = rows.map((row) => ({ ...row, City: row['City'] === '' ? null : (row['City'] ?? null) }))
      const parts = [...Map.groupBy(named, ({ City }) => City)]
      const paths: string[] = []
      for (const [city, part] of parts) {
        const partition = join(folder, `City=${city === null ? '__HIVE_DEFAULT_PARTITION__' : String(city)}`)
        mkdirSync(partition)
        const path = join(partition, 'rows.parquet')
        paths.push(await copy(part, 'SELECT * EXCLUDE "City" FROM world', path, 'FORMAT parquet'))
      }
      const relation: Relation = { kind: 'files', format: 'parquet', paths, partitionColumns: ['City'] }
      return { rows: parts.flatMap(([, part]) => part), relation, ties: 'files' }
    }
    case 'table': {
      const database = join(folder, 'sales.duckdb')
      const path = await copy(rows, 'FROM world', join(folder, 'all.parquet'), 'FORMAT parquet')
      await connection.run(`ATTACH '${database}' AS sales`)
      await connection.run(`CREATE TABLE sales.main.sold AS FROM '${path}'`)
      await connection.run('DETACH sales')
      return { rows, relation: { kind: 'duckdb', database, schema: 'main', table: 'sold' }, ties: 'files' }
    }
    case 'values':
    case 'lower':
    case 'upper': {
      const spelt = rows.map((row) => ({ ...row, Name: speltAs(kind, row['Name']), City: speltAs(kind, row['City']) }))
      const textsOf = (name: 'Name' | 'City'): readonly string[] => [
        ...new Set(spelt.map((row) => row[name]).filter((value) => typeof value === 'string')),
      ]
      const spelling = (name: 'Name' | 'City'): Spelling =>
        kind === 'values' ? { kind, values: textsOf(name) } : { kind }
      const relation = await inTwo(spelt, 'parquet')
      const spellings = { Name: spelling('Name'), City: spelling('City') }
      return { rows: spelt, relation: { ...relation, spellings } as Relation, ties: 'files' }
    }
    default:
      return kind satisfies never
  }
}

function speltAs(kind: 'values' | 'lower' | 'upper', text: NaiveRow[string] = null): string | null {
  if (typeof text !== 'string') return null
  if (kind === 'values') return text
  if (kind === 'lower') return lowerEach(text)
  // Where a text has no upper-case form of its own, it is no such column.
  const upper = text.toUpperCase()
  return lowerEach(upper) === lowerEach(text) && upper.toUpperCase() === upper ? upper : null
}

function asDouble(price: NaiveRow[string]): number | null {
  return typeof price === 'bigint' ? Number(textOfExact(price)) : null
}

function literalOf(value: NaiveRow[string], type: string): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return `'${value.replaceAll(`'`, `''`)}'::${type}`
  if (typeof value === 'number') return `'${Object.is(value, -0) ? '-0.0' : value}'::DOUBLE`
  if (typeof value === 'bigint') return type === 'TIMESTAMP' ? `make_timestamp(${value})` : textOfExact(value)
  return String(value)
}
