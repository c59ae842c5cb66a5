import type { Reader } from './open-reader.ts'
import type { PhysicalColumn } from './physical-columns.ts'
import { sqlName, sqlText } from './sql-text.ts'
import type { TrinoTable } from './trino-table-among.ts'

/**
 * The columns of a table of Trino, in its order and with its types. Trino has names in lower case, and finds them in any.
 * Rejects with Trino's words, and where it has no such table.
 */
export async function trinoColumns(
  reader: Reader,
  { catalog, schema, table }: TrinoTable,
): Promise<readonly PhysicalColumn[]> {
  const [inSchema, ofTable] = [schema, table].map((name) => sqlText(name.toLowerCase()))
  const rows = await reader.rows(
    `SELECT column_name, data_type FROM ${sqlName(catalog)}.information_schema.columns
     WHERE table_schema = ${inSchema} AND table_name = ${ofTable} ORDER BY ordinal_position`,
  )
  if (rows.length === 0) throw new Error('Trino has no such table, or shows it not to this user')
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['data_type']) }))
}
