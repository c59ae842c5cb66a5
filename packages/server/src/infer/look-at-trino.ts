import { basisOf } from './basis-of.ts'
import type { LookedAt } from './draft-dataset.ts'
import type { LeftOut } from './draft.ts'
import { InferError } from './infer-error.ts'
import { observeColumn, type ObservedColumn } from './observe-column.ts'
import type { Reader } from './open-reader.ts'
import type { PhysicalColumn } from './physical-columns.ts'
import { sqlName, sqlText } from './sql-text.ts'
import { trinoColumns } from './trino-columns.ts'
import type { TrinoReader } from './trino-reader.ts'
import type { TrinoTable } from './trino-table-among.ts'

export interface LookAtTrinoInput {
  readonly sampleRows: number
}

/**
 * Looks at some rows of a table of Trino: its columns and their types are what Trino says, and the values of the rows are
 * looked at in a DuckDB, as those of files are. How many rows there are and between which times they lie, Trino counts.
 * Raises an `InferError` for a table that can't be read.
 */
export async function lookAtTrino(
  reader: Reader,
  trino: TrinoReader,
  table: TrinoTable,
  { sampleRows }: LookAtTrinoInput,
): Promise<LookedAt> {
  const said = [table.catalog, table.schema, table.table].join('.')
  const inWords = (error: unknown): never => {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new InferError(`${said} can't be read: ${reason}`)
  }
  const { known, leftOut } = sortOut(await trinoColumns(trino, table).catch(inWords))
  const rows = await fetchRows(reader, trino, table, known, sampleRows).catch(inWords)
  const { totalRows, spans } = await measure(trino, table, known).catch(inWords)
  const columns: ObservedColumn[] = []
  for (const { name, type, kind } of known) {
    const hints = { sniffed: null, spanOf: async (column: string) => spans.get(column) }
    columns.push(await observeColumn(reader, { name, type: kind.inDuckDb ?? type }, hints))
  }
  const observation = { columns, rows, isAll: rows === totalRows, totalRows, keepsTypes: true }
  return {
    name: table.table,
    source: { format: 'trino', ...table, remark: null },
    basis: basisOf(`the table ${table.table}`, observation),
    observation,
    leftOut,
  }
}

interface Kind {
  readonly isTime?: true
  /** As what values are looked at; as texts where that is absent, with the type's own name beside the column. */
  readonly inDuckDb?: string
}

interface KnownColumn extends PhysicalColumn {
  readonly kind: Kind
}

// Those that a file of rows can show. The others have no cast to a text, or are several values.
const kinds: readonly (readonly [type: RegExp, kindOf: (type: string) => Kind])[] = [
  [/^(boolean|tinyint|smallint|integer|bigint|double)$/, (type) => ({ inDuckDb: type.toUpperCase() })],
  [/^real$/, () => ({ inDuckDb: 'FLOAT' })],
  [/^decimal\(\d+, ?\d+\)$/, (type) => ({ inDuckDb: type.toUpperCase() })],
  [/^(var)?char(\(\d+\))?$/, () => ({ inDuckDb: 'VARCHAR' })],
  [/^date$/, () => ({ inDuckDb: 'DATE', isTime: true })],
  [/^timestamp(\(\d+\))?( with time zone)?$/, () => ({ inDuckDb: 'TIMESTAMP', isTime: true })],
  [/^uuid$/, () => ({ inDuckDb: 'UUID' })],
  [/^ipaddress$/, () => ({})],
  [/^time(\(\d+\))?( with time zone)?$/, () => ({ inDuckDb: 'TIME' })],
]

function sortOut(columns: readonly PhysicalColumn[]): {
  readonly known: readonly KnownColumn[]
  readonly leftOut: readonly LeftOut[]
} {
  const known: KnownColumn[] = []
  const leftOut: LeftOut[] = []
  for (const { name, type } of columns) {
    const [, kindOf] = kinds.find(([pattern]) => pattern.test(type)) ?? []
    if (kindOf !== undefined) known.push({ name, type, kind: kindOf(type) })
    else leftOut.push({ name, reason: `holds ${type}, which a file of rows can't show`, betterName: null })
  }
  return { known, leftOut }
}

// The text of a statement for DuckDB holds so many rows.
const rowsAtOnce = 1_000

/** Puts the first rows into the reader's table `looked_at`; gives how many these are. */
async function fetchRows(
  reader: Reader,
  trino: TrinoReader,
  table: TrinoTable,
  columns: readonly KnownColumn[],
  sampleRows: number,
): Promise<number> {
  if (columns.length === 0) return 0
  const declared = columns.map(({ name, kind }) => `${sqlName(name)} ${kind.inDuckDb ?? 'VARCHAR'}`)
  await reader.rows(`CREATE OR REPLACE TEMP TABLE looked_at (${declared.join(', ')})`)
  const values = columns.map(({ kind }, index) => `TRY_CAST(r->>${index} AS ${kind.inDuckDb ?? 'VARCHAR'})`)
  let seen = 0
  const texts = columns.map((column) => `CAST(${valueOf(column)} AS VARCHAR)`)
  for await (const { rows } of trino.pages(`SELECT ${texts.join(', ')} FROM ${inTrino(table)} LIMIT ${sampleRows}`)) {
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const json = sqlText(JSON.stringify(rows.slice(from, from + rowsAtOnce)))
      await reader.rows(
        `INSERT INTO looked_at SELECT ${values.join(', ')} FROM (SELECT unnest(CAST(CAST(${json} AS JSON) AS JSON[])) AS r)`,
      )
    }
    seen += rows.length
  }
  return seen
}

interface Measured {
  readonly totalRows: number
  /** Of columns of times, the least and the greatest. */
  readonly spans: ReadonlyMap<string, readonly [string, string]>
}

/** Reads the columns of times whole, and nothing else: to compute their ends takes Trino little. */
async function measure(trino: TrinoReader, table: TrinoTable, columns: readonly KnownColumn[]): Promise<Measured> {
  const times = columns.filter(({ kind }) => kind.isTime)
  const ends = times.flatMap((column) => ['min', 'max'].map((end) => `CAST(${end}(${valueOf(column)}) AS VARCHAR)`))
  const counted = [`CAST(count(*) AS VARCHAR)`, ...ends]
  const measured: unknown[] = []
  for await (const { rows } of trino.pages(`SELECT ${counted.join(', ')} FROM ${inTrino(table)}`))
    measured.push(...(rows[0] ?? []))
  const spans = times.flatMap(({ name }, index): (readonly [string, readonly [string, string]])[] => {
    const [least, greatest] = measured.slice(1 + 2 * index)
    return typeof least === 'string' && typeof greatest === 'string' ? [[name, [least, greatest]]] : []
  })
  return { totalRows: Number(measured[0]), spans: new Map(spans) }
}

/** A value as a query reads it: a timestamp to the microsecond, by the clock of UTC. */
function valueOf({ name, kind }: KnownColumn): string {
  if (kind.inDuckDb !== 'TIMESTAMP') return sqlName(name)
  return `CAST(CAST(${sqlName(name)} AS TIMESTAMP(6) WITH TIME ZONE) AT TIME ZONE 'UTC' AS TIMESTAMP(6))`
}

function inTrino({ catalog, schema, table }: TrinoTable): string {
  return [catalog, schema, table].map(sqlName).join('.')
}
