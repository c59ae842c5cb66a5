import type { Column } from '@almanac/query'
import type { LoadFile } from '../../../datasets/versions/load-engine.ts'
import type { LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import { sqlText } from '../open-database.ts'
import { textCell, type Cell } from './cell.ts'
import { copyTexts } from './copy-texts.ts'
import { csvDelimiters, readHeader, type TextFormat } from './csv-header.ts'
import { matchColumns } from './match-columns.ts'
import { scanCsv } from './scan-csv.ts'
import { firstSentence, isAboutContent, refusedSource, type OpenSource } from './source-table.ts'

/**
 * Opens a CSV or TSV file: RFC 4180, UTF-8, with a header. Nothing is sniffed: what DuckDB guesses of one file it doesn't
 * guess of the next. An unquoted nothing is no value, `""` is the empty text.
 */
export const openCsv: OpenSource = async (context, request, file, copyPath) => {
  const delimiter = csvDelimiters[file.format as TextFormat]
  const header = await headerOf(file, delimiter)
  if ('mistake' in header) return refusedSource([header.mistake])
  const { names } = header
  const { places, mistakes } = matchColumns(request, file, names)
  if (mistakes.length > 0) return refusedSource(mistakes)

  const scan = (rows: ReadonlySet<number>) => scanCsv(file, delimiter, names.length, rows, context.stop)
  try {
    const columns = places.map(placeName).join(', ')
    await copyTexts(context, `SELECT ${columns} FROM ${csvReader(file, delimiter, names.length)}`, copyPath)
  } catch (error) {
    if (!isAboutContent(error)) throw error
    // The engine says that something is wrong, the scan what and where; if it finds nothing, the engine's words have to do.
    const { mistakes, total } = await scan(new Set())
    if (total > 0) return refusedSource(mistakes, total)
    return refusedSource([{ code: 'unreadable_file', file: file.name, problem: firstSentence(error, file) }])
  }
  return {
    ok: true,
    table: {
      file,
      from: `read_parquet(${sqlText(copyPath)}) AS source`,
      cells: request.columns.map((column, index) => csvCell(column, placeName(places[index] ?? 0))),
      linesOf: async (rows) => (await scan(rows)).lines,
    },
  }
}

type Header = { readonly names: readonly string[] } | { readonly mistake: LoadMistake }

async function headerOf(file: LoadFile, delimiter: string): Promise<Header> {
  const refused = (code: LoadMistake['code'], problem: string, line?: number): Header => ({
    mistake: { code, file: file.name, ...(line !== undefined && { line }), problem },
  })
  try {
    const names = await readHeader(file, delimiter)
    return names === undefined ? refused('no_rows', 'the file is empty: not even a header stands in it') : { names }
  } catch (error) {
    if (error instanceof TypeError) return refused('not_utf8', 'the header is not UTF-8: save the file as UTF-8', 1)
    throw error
  }
}

/** All columns are texts, called after their place: names in a file may be anything, and equal but for case. */
function csvReader(file: LoadFile, delimiter: string, fieldsPerRow: number): string {
  const columns = Array.from({ length: fieldsPerRow }, (_, place) => `${placeName(place)}: 'VARCHAR'`)
  const options = [
    'auto_detect = false',
    'header = true',
    `delim = ${sqlText(delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `nullstr = ''`,
    'allow_quoted_nulls = false',
    `compression = 'none'`,
    `columns = {${columns.join(', ')}}`,
  ]
  return `read_csv(${sqlText(file.path)}, ${options.join(', ')})`
}

function placeName(place: number): string {
  return `c${place}`
}

/** In a text column "" is a text like any other; elsewhere it is no value, as blanks are. */
function csvCell(column: Column, name: string): Cell {
  const text = `source.${name}`
  return textCell(column, column.type === 'string' ? text : `nullif(trim(${text}), '')`)
}
