import { join } from 'node:path'
import type { StoredColumn } from '../../../datasets/versions/dataset-version.ts'
import type { LoadRequest, StagedPart } from '../../../datasets/versions/load-engine.ts'
import { invariant } from '../../../kernel/invariant.ts'
import { followFile } from '../follow-file.ts'
import { sqlText } from '../open-database.ts'
import { removePartialFile } from '../partial-file.ts'
import { sqlName } from './sql-name.ts'
import type { LoadContext, SourceTable } from './source-table.ts'

const progressEveryMs = 250

/**
 * Writes the rows of all files, and with `earlierPaths` those of earlier parts before them, into one part: sorted by
 * account and date, so that a query of one account over one range reads few row groups, and then by place, so that the
 * same files give the same bytes.
 *
 * zstd: a million rows of 63 columns were 29 MB against 37 with snappy, written in 8.6 against 6.4 s and read in the same
 * time. The row groups are DuckDB's own: a filter skips whole ones.
 */
export async function writePart(
  { run }: LoadContext,
  request: LoadRequest,
  tables: readonly SourceTable[],
  columns: readonly StoredColumn[],
  earlierPaths: readonly string[],
  onProgress: (writtenBytes: number) => void,
): Promise<StagedPart> {
  const path = join(request.stagingFolder, 'part')
  const selects = [
    ...(earlierPaths.length === 0 ? [] : [selectEarlier(earlierPaths, columns)]),
    ...tables.map((table, index) => selectTable(table, columns, earlierPaths.length + index)),
  ]
  const sorted = [request.accountColumn, request.dateColumn].filter((name) => name !== null).map(sqlName)
  const select = `SELECT ${columns.map(({ name }) => sqlName(name)).join(', ')} FROM (${selects.join(' UNION ALL ')}) ORDER BY ${[...sorted, fileNumber, rowNumber].join(', ')}`
  const options = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false'

  const following = followFile(path)
  const reporting = setInterval(() => onProgress(following.sizeBytes), progressEveryMs)
  try {
    await run(`COPY (${select}) TO ${sqlText(path)} (${options})`)
    const file = await following.finish()
    return { path, rows: await rowsIn(run, path), ...file }
  } catch (error) {
    await removePartialFile(path)
    throw error
  } finally {
    clearInterval(reporting)
    await following.abandon()
  }
}

// No dataset can have columns of these names.
const fileNumber = '"almanac:file"'
const rowNumber = '"almanac:row"'

function selectTable({ from, cells }: SourceTable, columns: readonly StoredColumn[], number: number): string {
  const values = columns.map(({ name, storedAs }, index) => {
    const cell = cells[index]
    invariant(cell !== undefined, 'a source has a cell for each column')
    return `${cell.value(storedAs)} AS ${sqlName(name)}`
  })
  return `SELECT ${number} AS ${fileNumber}, source.file_row_number AS ${rowNumber}, ${values.join(', ')} FROM ${from}`
}

function selectEarlier(paths: readonly string[], columns: readonly StoredColumn[]): string {
  const values = columns.map(({ name, storedAs }) => `CAST(source.${sqlName(name)} AS ${storedAs}) AS ${sqlName(name)}`)
  const files = paths.map(sqlText).join(', ')
  return `SELECT source.file_index AS ${fileNumber}, source.file_row_number AS ${rowNumber}, ${values.join(', ')} FROM read_parquet([${files}]) AS source`
}

/** As the file itself says, read anew. */
async function rowsIn(run: LoadContext['run'], path: string): Promise<number> {
  const [[rows] = []] = await run(`SELECT count(*) FROM read_parquet(${sqlText(path)})`)
  return Number(rows)
}
