import { nameKey } from '../kernel/name-key.ts'
import { observeFolder, type FolderColumns } from './folder-columns.ts'
import type { FoundFiles } from './find-files.ts'
import { InferError } from './infer-error.ts'
import { observeColumn, type Observation, type ObservedColumn } from './observe-column.ts'
import type { Reader } from './open-reader.ts'
import { physicalColumns, readUndeclared, type PhysicalColumn } from './physical-columns.ts'
import { sqlName, sqlText } from './sql-text.ts'

const fileNumber = sqlName('almanac: which file')
const sampledFiles = 20

/**
 * Looks at the first rows of up to twenty files, evenly chosen, at most `sampleRows` in all: so that a folder of any size
 * takes seconds. Of Parquet files the footers say how many rows there are and between which days they lie; of folders
 * that are columns all names are read.
 */
export async function observeFiles(
  reader: Reader,
  found: FoundFiles,
  folders: FolderColumns,
  sampleRows: number,
): Promise<Observation> {
  const chosen = evenly(found.paths, sampledFiles)
  const inFolders = new Set(folders.columns.map(({ name }) => nameKey(name)))
  // If files have the column as well, the folder counts.
  const columns = (await columnsOf(reader, found, chosen)).filter(({ name }) => !inFolders.has(nameKey(name)))
  const rowsPerFile = Math.max(1, Math.floor(sampleRows / chosen.length))

  const parts = chosen.map(
    (path, index) =>
      `(SELECT *, ${index} AS ${fileNumber} FROM ${readUndeclared(found.format, path)} LIMIT ${rowsPerFile})`,
  )
  await reader.rows(`CREATE OR REPLACE TEMP TABLE looked_at AS ${parts.join(' UNION ALL BY NAME ')}`)
  const counts = await reader.rows(
    `SELECT ${fileNumber} AS file, count(*) AS rows FROM looked_at GROUP BY ${fileNumber}`,
  )
  const rowsOf = counts.map((counted) => Number(counted['rows']))
  const rowsIn = new Map(counts.map((counted) => [chosen[Number(counted['file'])] ?? '', Number(counted['rows'])]))
  const rows = rowsOf.reduce((sum, each) => sum + each, 0)
  const total = await totalRows(reader, found)
  // A text file that has given as many as were asked for may have more.
  const isAll =
    total === null ? chosen.length === found.paths.length && rowsOf.every((each) => each < rowsPerFile) : total === rows
  const sniffed = await sniffedTypes(reader, found, chosen[0] ?? '')

  const observed: ObservedColumn[] = []
  for (const column of columns) {
    const hints = {
      sniffed: sniffed.get(column.name) ?? null,
      spanOf: (name: string) => footerSpan(reader, found, name),
    }
    observed.push(await observeColumn(reader, column, hints))
  }
  // Behind the others, as DuckDB shows them.
  for (const folder of folders.columns) observed.push(observeFolder(folder, rowsIn))
  return { columns: observed, rows, isAll, totalRows: isAll ? rows : total, keepsTypes: false }
}

async function columnsOf(
  reader: Reader,
  { format }: FoundFiles,
  paths: readonly string[],
): Promise<readonly PhysicalColumn[]> {
  const columns = new Map<string, PhysicalColumn>()
  for (const path of paths) {
    const inFile = await physicalColumns(reader, format, path).catch((error: unknown) => {
      const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
      throw new InferError(`${path} can't be read as ${format}: ${reason}`)
    })
    for (const column of inFile) if (!columns.has(column.name)) columns.set(column.name, column)
  }
  return [...columns.values()]
}

/** What the engine's CSV reader makes of texts that aren't written year first: `03/04/2024`. */
async function sniffedTypes(
  reader: Reader,
  { format }: FoundFiles,
  path: string,
): Promise<ReadonlyMap<string, 'DATE' | 'TIMESTAMP'>> {
  if (format !== 'csv') return new Map()
  const options = `header = true, nullstr = '', allow_quoted_nulls = false, hive_partitioning = false`
  const rows = await reader.rows(`DESCRIBE SELECT * FROM read_csv(${sqlText(path)}, ${options})`)
  const typed = rows.map((row) => [String(row['column_name']), String(row['column_type'])] as const)
  return new Map(
    typed.flatMap(([name, type]) => (type === 'DATE' || type === 'TIMESTAMP' ? [[name, type] as const] : [])),
  )
}

async function totalRows(reader: Reader, { format, paths }: FoundFiles): Promise<number | null> {
  if (format !== 'parquet') return null
  const [counted] = await reader.rows(`SELECT sum(num_rows) AS rows FROM parquet_file_metadata(${list(paths)})`)
  return Number(counted?.['rows'] ?? 0)
}

/** Smallest and largest time as the footers have them, of all rows and not only of those that were looked at. */
async function footerSpan(
  reader: Reader,
  { format, paths }: FoundFiles,
  column: string,
): Promise<readonly [string, string] | undefined> {
  if (format !== 'parquet') return undefined
  const [span] = await reader.rows(
    `SELECT min(stats_min_value) AS least, max(stats_max_value) AS greatest, bool_and(stats_min_value IS NOT NULL) AS known
     FROM parquet_metadata(${list(paths)}) WHERE path_in_schema = ${sqlText(column)} AND num_values > 0`,
  )
  const { least, greatest, known } = span ?? {}
  // A group of rows without statistics, or with nothing but NULL, leaves the question open.
  return known === true && typeof least === 'string' && typeof greatest === 'string' ? [least, greatest] : undefined
}

function list(paths: readonly string[]): string {
  return `[${paths.map(sqlText).join(', ')}]`
}

/** The first, the last, and evenly between them. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  )
}
