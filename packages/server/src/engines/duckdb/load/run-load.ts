import type { DuckDBConnection } from '@duckdb/node-api'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DecimalDigits, StoredColumn } from '../../../datasets/versions/dataset-version.ts'
import type {
  LoadFile,
  LoadFormat,
  LoadOutcome,
  LoadProgress,
  LoadRequest,
} from '../../../datasets/versions/load-engine.ts'
import { mistakesTold, type LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import { interruptible } from '../interruptible.ts'
import { checkValues, type CheckedValues } from './check-values.ts'
import { openCsv } from './open-csv.ts'
import { openJson } from './open-json.ts'
import { openParquet } from './open-parquet.ts'
import {
  refusedSource,
  type LoadContext,
  type OpenedSource,
  type OpenSource,
  type SourceTable,
} from './source-table.ts'
import { storedColumn, widerDigits } from './stored-type.ts'
import { unpack } from './unpack.ts'
import { verifyPart } from './verify-part.ts'
import { writePart } from './write-part.ts'

const openers: Record<LoadFormat, OpenSource> = { csv: openCsv, tsv: openCsv, json: openJson, parquet: openParquet }

const progressEveryMs = 250

/**
 * Makes a part of the files of a request: open each → check each value → decide the types → write, sorted. Rejects with
 * DuckDB's error; what it leaves in the staging folder then is the caller's to remove.
 */
export async function runLoad(
  connection: DuckDBConnection,
  request: LoadRequest,
  stop: AbortSignal,
  onProgress: (progress: LoadProgress) => void,
): Promise<LoadOutcome> {
  const context: LoadContext = {
    stop,
    run: (sql) => interruptible(connection, stop, async () => (await connection.run(sql)).getRowsJson()),
  }
  try {
    onProgress({ phase: 'reading', writtenBytes: 0 })
    const sources = await openSources(context, request, onProgress)
    if (sources.total > 0) return refused(sources)

    onProgress({ phase: 'checking', writtenBytes: 0 })
    const checked = await checkSources(context, request, sources.tables)
    if (checked.total > 0) return refused(checked)

    const columns = storedColumns(request, checked.digits)
    const { earlier } = request
    const merged = earlier !== null && (earlier.merge || !sameColumns(earlier.columns, columns))
    onProgress({ phase: 'writing', writtenBytes: 0 })
    const part = await writePart(
      context,
      request,
      sources.tables,
      columns,
      merged ? earlier.paths : [],
      (writtenBytes) => onProgress({ phase: 'writing', writtenBytes }),
    )
    const expectedRows = checked.rows + (merged ? earlier.rows : 0)
    const accounts = await verifyPart(context, request, part, expectedRows, merged ? [] : (earlier?.paths ?? []))
    return { kind: 'written', part, rowsRead: checked.rows, merged, columns, accounts }
  } finally {
    await removeCopies(request)
  }
}

interface OpenedSources {
  readonly tables: readonly SourceTable[]
  readonly mistakes: readonly LoadMistake[]
  readonly total: number
}

async function openSources(
  context: LoadContext,
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
): Promise<OpenedSources> {
  const tables: SourceTable[] = []
  const mistakes: LoadMistake[] = []
  let total = 0
  for (const [index, file] of request.files.entries()) {
    const copyPath = textsPath(request, index)
    const reporting = setInterval(() => {
      void sizeIfThere(copyPath).then((writtenBytes) => onProgress({ phase: 'reading', writtenBytes }))
    }, progressEveryMs)
    try {
      const plain = file.gzipped ? await unpack(file, unpackedPath(request, index), context.stop) : file
      const opened =
        plain === undefined ? brokenGzip(file) : await openers[file.format](context, request, plain, copyPath)
      if (opened.ok) tables.push(opened.table)
      else {
        mistakes.push(...opened.mistakes)
        total += opened.total
      }
    } finally {
      clearInterval(reporting)
    }
  }
  return { tables, mistakes, total }
}

async function checkSources(
  context: LoadContext,
  request: LoadRequest,
  tables: readonly SourceTable[],
): Promise<CheckedValues> {
  const digits = new Map<number, DecimalDigits>()
  const mistakes: LoadMistake[] = []
  let rows = 0
  let total = 0
  for (const table of tables) {
    const checked = await checkValues(context, request, table)
    rows += checked.rows
    total += checked.total
    mistakes.push(...checked.mistakes)
    for (const [place, needed] of checked.digits) digits.set(place, widerDigits(digits.get(place) ?? none, needed))
    if (checked.rows === 0 && !request.allowNoRows) {
      total += 1
      mistakes.push({ code: 'no_rows', file: table.file.name, problem: 'the file has no rows' })
    }
  }
  return { rows, digits, mistakes, total }
}

const none: DecimalDigits = { whole: 0, fraction: 0 }

/** Types that hold the values of the files and those of the earlier parts. */
function storedColumns(
  { columns, earlier }: LoadRequest,
  digits: ReadonlyMap<number, DecimalDigits>,
): readonly StoredColumn[] {
  return columns.map(({ name, type }, place) => {
    const before = earlier?.columns.find((column) => column.name === name)?.digits ?? none
    return storedColumn(name, type, widerDigits(before, digits.get(place) ?? none))
  })
}

function sameColumns(before: readonly StoredColumn[], now: readonly StoredColumn[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ name, storedAs }, index) => before[index]?.name === name && before[index].storedAs === storedAs)
  )
}

function refused({ mistakes, total }: Pick<OpenedSources, 'mistakes' | 'total'>): LoadOutcome {
  return { kind: 'refused', mistakes: mistakes.slice(0, mistakesTold), total }
}

async function sizeIfThere(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0
}

function textsPath({ stagingFolder }: LoadRequest, index: number): string {
  return join(stagingFolder, `texts-${index}`)
}

function unpackedPath({ stagingFolder }: LoadRequest, index: number): string {
  return join(stagingFolder, `unpacked-${index}`)
}

async function removeCopies(request: LoadRequest): Promise<void> {
  const paths = request.files.flatMap((_, index) => [textsPath(request, index), unpackedPath(request, index)])
  await Promise.all(paths.map((path) => rm(path, { force: true })))
}

function brokenGzip({ name }: LoadFile): OpenedSource {
  const problem = 'it is not the gzip that it is said to be, or it is cut off'
  return refusedSource([{ code: 'unreadable_file', file: name, problem }])
}
