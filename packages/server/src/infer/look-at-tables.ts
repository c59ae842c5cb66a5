import { basisOf } from './basis-of.ts'
import type { LookedAt } from './draft-dataset.ts'
import { InferError } from './infer-error.ts'
import { observeColumn, type ObservedColumn } from './observe-column.ts'
import type { Reader } from './open-reader.ts'
import { datasetNameOf } from './readable-name.ts'
import { sourcePattern } from './source-pattern.ts'
import { sqlName, sqlText } from './sql-text.ts'

export interface LookAtTablesInput {
  /** The only table to look at, `orders` or `marts.orders`; null: all of them. */
  readonly table: string | null
  readonly datasetsFolder: string
  readonly sampleRows: number
}

interface Table {
  readonly schema: string
  readonly table: string
}

const databaseName = 'almanac: the database'
const attached = sqlName(databaseName)

/**
 * Looks at some rows of each table of a DuckDB database file, an absolute path; it is only read. Views are passed over: no
 * server can read them. Raises an `InferError` for a file that is no such database, or has no such table.
 */
export async function lookAtTables(
  reader: Reader,
  database: string,
  input: LookAtTablesInput,
): Promise<readonly LookedAt[]> {
  await reader.rows(`ATTACH ${sqlText(database)} AS ${attached} (READ_ONLY)`).catch((error: unknown) => {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new InferError(`${database} can't be read as a DuckDB database: ${reason}`)
  })
  const all = await tablesOf(reader)
  const wanted = input.table === null ? all : all.filter((table) => isCalled(table, input.table ?? ''))
  if (wanted.length === 0) throw new InferError(noTable(database, all, input.table))
  const seen: LookedAt[] = []
  for (const table of wanted) seen.push(await lookAt(reader, database, table, nameFor(table, wanted), input))
  return seen
}

async function tablesOf(reader: Reader): Promise<readonly Table[]> {
  const rows = await reader.rows(
    `SELECT schema_name, table_name FROM duckdb_tables()
     WHERE database_name = ${sqlText(databaseName)} AND NOT internal AND NOT temporary
     ORDER BY schema_name, table_name`,
  )
  return rows.map((row) => ({ schema: String(row['schema_name']), table: String(row['table_name']) }))
}

/** As DuckDB compares names: in any case. Without a schema a table of any is meant. */
function isCalled({ schema, table }: Table, name: string): boolean {
  return [table, `${schema}.${table}`].some((known) => known.toLowerCase() === name.toLowerCase())
}

function noTable(database: string, all: readonly Table[], name: string | null): string {
  if (all.length === 0) return `${database} has no table; views can't be read: make a table of them.`
  return `${database} has no table ${name ?? ''}; it has ${all.map(({ schema, table }) => `${schema}.${table}`).join(', ')}.`
}

/** Two schemas may have a table of one name, and a program has one dataset of a name. */
function nameFor({ schema, table }: Table, among: readonly Table[]): string {
  const key = datasetNameOf(table).toLowerCase()
  const isAlone = among.filter((other) => datasetNameOf(other.table).toLowerCase() === key).length === 1
  return isAlone ? table : `${schema} ${table}`
}

async function lookAt(
  reader: Reader,
  database: string,
  { schema, table }: Table,
  name: string,
  { datasetsFolder, sampleRows }: LookAtTablesInput,
): Promise<LookedAt> {
  const from = [attached, sqlName(schema), sqlName(table)].join('.')
  await reader.rows(`CREATE OR REPLACE TEMP TABLE looked_at AS SELECT * FROM ${from} LIMIT ${sampleRows}`)
  const [counts = {}] = await reader.rows(
    `SELECT (SELECT count(*) FROM ${from}) AS total, (SELECT count(*) FROM looked_at) AS seen`,
  )
  const [totalRows, rows] = [Number(counts['total']), Number(counts['seen'])]
  // A column of times is read whole: to know its ends takes less time than to look at the rows.
  const spanOf = async (column: string): Promise<readonly [string, string] | undefined> => {
    const [span = {}] = await reader.rows(
      `SELECT CAST(min(moment) AS VARCHAR) AS least, CAST(max(moment) AS VARCHAR) AS greatest
       FROM (SELECT try_cast(${sqlName(column)} AS TIMESTAMP) AS moment FROM ${from}) AS times`,
    )
    const { least, greatest } = span
    return typeof least === 'string' && typeof greatest === 'string' ? [least, greatest] : undefined
  }
  const columns: ObservedColumn[] = []
  for (const row of await reader.rows(`DESCRIBE ${from}`)) {
    const column = { name: String(row['column_name']), type: String(row['column_type']) }
    columns.push(await observeColumn(reader, column, { sniffed: null, spanOf }))
  }
  const observation = { columns, rows, isAll: rows === totalRows, totalRows, keepsTypes: false }
  const { pattern, remark } = sourcePattern(database, datasetsFolder)
  return {
    name,
    source: { format: 'duckdb', database: pattern, schema, table, remark },
    basis: basisOf(`the table ${table}`, observation),
    observation,
    leftOut: [],
  }
}
