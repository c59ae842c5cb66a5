import type { DuckDBConnection } from '@duckdb/node-api'
import { parseQuery } from '../src/index.ts'
import type { Column, ColumnType, Dataset } from '../src/index.ts'
import { conditionsIn } from '../src/syntax/conditions-in.ts'
import type { ConditionNode } from '../src/syntax/tree.ts'
import { seededRandom } from '../src/testing/seeded-random.ts'
import type { SeededRandom } from '../src/testing/seeded-random.ts'

/** A row by column name, each value as SQL. */
export type SqlRow = Readonly<Record<string, string>>

/** The values that queries compare columns with, by column name in lower case. */
export type ColumnLiterals = ReadonlyMap<string, readonly string[]>

const physicalTypes: Record<ColumnType, string> = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'DECIMAL(18, 4)',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
}

/** Writes rows of a dataset as a Parquet file. What a metric adds up is floating where the column's name ends in Value. */
export async function writeDataset(
  connection: DuckDBConnection,
  path: string,
  { columns }: Dataset,
  rows: readonly SqlRow[],
): Promise<void> {
  const types = columns.map(({ name, type }) => `"${name}" ${name.endsWith('Value') ? 'DOUBLE' : physicalTypes[type]}`)
  await connection.run(`CREATE OR REPLACE TEMP TABLE dataset (${types.join(', ')})`)
  const tuples = rows.map((row) => `(${columns.map(({ name }) => row[name] ?? 'NULL').join(', ')})`)
  if (tuples.length > 0) await connection.run(`INSERT INTO dataset VALUES ${tuples.join(', ')}`)
  await connection.run(`COPY dataset TO '${path}' (FORMAT parquet)`)
}

/** What queries of a dataset ask for, so that its rows can have some of it. */
export function literalsIn(texts: readonly string[], dataset: Dataset): ColumnLiterals {
  const found = new Map<string, string[]>()
  for (const text of texts) {
    const parsed = parseQuery(text)
    const names = [dataset.name, ...dataset.nameAliases].map((name) => name.toLowerCase())
    if (!parsed.ok || !names.includes(parsed.tree.from.name.toLowerCase())) continue
    for (const node of conditionsIn(parsed.tree.where)) {
      if (!('name' in node)) continue
      const written = node.name.name.toLowerCase()
      const [, target] = Object.entries(dataset.columnAliases).find(([alias]) => alias.toLowerCase() === written) ?? []
      const name = (target ?? written).toLowerCase()
      found.set(name, [...(found.get(name) ?? []), ...literalsOf(node)])
    }
  }
  return found
}

function literalsOf(node: ConditionNode): readonly string[] {
  switch (node.kind) {
    case 'comparison':
      return [node.value.text]
    case 'in':
      return node.values.map(({ text }) => text)
    case 'between':
      return [node.low.text, node.high.text]
    case 'like':
      return [node.pattern.text.replaceAll(/[%_\\]/g, '')]
    case 'null':
    case 'and':
    case 'or':
    case 'not':
    case 'parentheses':
      return []
    default:
      return node satisfies never
  }
}

export interface OwnRows {
  readonly accountId: string
  readonly count: number
  readonly seed: number
  /** Booleans that rows may have; NULL comes by itself. */
  readonly booleans: readonly string[]
  readonly literals: ColumnLiterals
  /** Days lie before it, within fourteen months; epoch milliseconds UTC. */
  readonly referenceAt: number
}

const dayMs = 86_400_000

/** Rows of an account, with what queries look for among them; the same for the same seed. */
export function ownRows(dataset: Dataset, options: OwnRows): readonly SqlRow[] {
  const random = seededRandom(options.seed)
  return Array.from({ length: options.count }, () =>
    Object.fromEntries(
      dataset.columns.map((column) => {
        const isAccount = column.name === dataset.accountColumn
        return [column.name, isAccount ? sqlText(options.accountId) : ownValue(column, options, random)]
      }),
    ),
  )
}

function ownValue(column: Column, options: OwnRows, random: SeededRandom): string {
  if (random.chance(0.1)) return 'NULL'
  const wanted = options.literals.get(column.name.toLowerCase()) ?? []
  const literal = wanted.length > 0 && random.chance(0.6) ? random.one(wanted) : undefined
  const day = (): string => new Date(options.referenceAt - random.below(430) * dayMs).toISOString().slice(0, 10)
  switch (column.type) {
    case 'string':
      return sqlText(
        literal ?? random.one([...(column.values ?? []), `${column.name} 1`, `${column.name} 2`, 'say "hi", it’s', '']),
      )
    case 'integer':
      return numberNear(literal, random) ?? String(random.below(40) - 4)
    case 'decimal':
      return numberNear(literal, random) ?? random.one([(random.below(4000) / 8).toFixed(4), '0', '30000.25', '250000'])
    case 'boolean':
      return random.one(options.booleans)
    case 'date':
      return `DATE '${isDay(literal) ? literal : day()}'`
    case 'timestamp':
      return `TIMESTAMP '${day()} ${random.one(['00:00:00', '10:29:59', '23:59:59.999999', '12:00:00.5'])}'`
    default:
      return column.type satisfies never
  }
}

function numberNear(literal: string | undefined, random: SeededRandom): string | undefined {
  return /^-?\d{1,12}(\.\d{1,4})?$/.test(literal ?? '') ? `${literal} + ${random.below(2)}` : undefined
}

function isDay(literal = ''): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(literal) && (new Date(literal).toJSON() ?? '').startsWith(literal)
}

export function sqlText(text: string): string {
  return `'${text.replaceAll(`'`, `''`).replaceAll('\0', '')}'`
}
