import type { Column, ColumnType } from '@almanac/query'
import type { LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import { sqlText } from '../open-database.ts'
import { expectedOf, textCell, typedCell, type Cell } from './cell.ts'
import { matchColumns } from './match-columns.ts'
import { sqlName } from './sql-name.ts'
import { firstSentence, isAboutContent, refusedSource, type OpenSource } from './source-table.ts'

/**
 * Opens a Parquet file, which is read where it stands. What its own types don't vouch for is checked by its texts, as if
 * it stood in a CSV file: of a floating number that is the shortest one that reads back the same, so the nearest double
 * to 0.1 becomes the exact 0.1.
 */
export const openParquet: OpenSource = async ({ run }, request, file) => {
  const from = `read_parquet(${sqlText(file.path)}) AS source`
  try {
    const described = await run(`DESCRIBE SELECT * FROM ${from}`)
    const names = described.map(([name]) => String(name))
    const { places, mistakes: nameMistakes } = matchColumns(request, file, names)
    const mistakes: LoadMistake[] = [...nameMistakes]
    const cells: Cell[] = []
    request.columns.forEach((column, index) => {
      const found = described[places[index] ?? -1]
      if (found === undefined) return
      const cell = parquetCell(column, `source.${sqlName(String(found[0]))}`, String(found[1]))
      if (cell !== undefined) cells.push(cell)
      else
        mistakes.push({
          code: 'wrong_column_type',
          file: file.name,
          column: column.name,
          problem: wrongType(column, String(found[1])),
        })
    })
    if (names.includes(rowNumber)) {
      const problem = 'the engine needs this name for itself: leave the column out or call it otherwise'
      mistakes.push({ code: 'extra_column', file: file.name, column: rowNumber, problem })
    }
    if (mistakes.length > 0) return refusedSource(mistakes)
    return { ok: true, table: { file, from, cells, linesOf: async () => new Map() } }
  } catch (error) {
    if (!isAboutContent(error)) throw error
    return refusedSource([{ code: 'unreadable_file', file: file.name, problem: firstSentence(error, file) }])
  }
}

const rowNumber = 'file_row_number'

const wholeTypes = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/
const numberTypes = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|DOUBLE|FLOAT)$/

/** Types that hold nothing but values of the column's type, and those whose texts may. */
const accepted: Record<ColumnType, { readonly asIs: RegExp; readonly byText: RegExp }> = {
  // A number is no text: '007' has become 7 in it.
  string: { asIs: /^(VARCHAR|UUID|ENUM\(.*\))$/s, byText: /^$/ },
  integer: { asIs: /^(U?TINYINT|U?SMALLINT|U?INTEGER|BIGINT)$/, byText: numberTypes },
  decimal: { asIs: /^$/, byText: numberTypes },
  boolean: { asIs: /^BOOLEAN$/, byText: wholeTypes },
  date: { asIs: /^DATE$/, byText: /^TIMESTAMP/ },
  timestamp: { asIs: /^(DATE|TIMESTAMP(_S|_MS|_NS)?)$/, byText: /^TIMESTAMP WITH TIME ZONE$/ },
}

/** Undefined for a type that doesn't fit the column. */
function parquetCell(column: Column, name: string, fileType: string): Cell | undefined {
  const { asIs, byText } = accepted[column.type]
  if (asIs.test(fileType)) return typedCell(name)
  if (fileType !== 'VARCHAR' && !byText.test(fileType)) return undefined
  return textCell(column, fileType === 'VARCHAR' ? `nullif(trim(${name}), '')` : `CAST(${name} AS VARCHAR)`)
}

function wrongType(column: Column, fileType: string): string {
  return `the file has it as ${fileType.toLowerCase()}, the dataset as ${column.type}: ${expectedOf(column)}`
}
