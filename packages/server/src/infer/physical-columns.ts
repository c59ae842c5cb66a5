import type { DataFormat } from './data-format.ts'
import type { Reader } from './open-reader.ts'
import { sqlText } from './sql-text.ts'

/** A column as a file has it. `type` is DuckDB's; a CSV file has texts only. */
export interface PhysicalColumn {
  readonly name: string
  readonly type: string
}

/**
 * How a file is read before anybody has declared it: CSV as texts, with the engine's idea of what is NULL; the others
 * with the types that they say they have.
 */
export function readUndeclared(format: DataFormat, path: string, delimiter?: string): string {
  switch (format) {
    case 'parquet':
      return `read_parquet(${sqlText(path)}, hive_partitioning = false)`
    case 'csv':
      return `read_csv(${sqlText(path)}${delimiter === undefined ? '' : `, delim = ${sqlText(delimiter)}`}, header = true, all_varchar = true, nullstr = '', allow_quoted_nulls = false, hive_partitioning = false)`
    case 'json':
      return `read_json(${sqlText(path)}, hive_partitioning = false)`
    default:
      return format satisfies never
  }
}

/** The columns of one file, in its order. Rejects with DuckDB's error for a file that it can't read. */
export async function physicalColumns(
  reader: Reader,
  format: DataFormat,
  path: string,
  delimiter?: string,
): Promise<readonly PhysicalColumn[]> {
  const rows = await reader.rows(`DESCRIBE SELECT * FROM ${readUndeclared(format, path, delimiter)}`)
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }))
}
