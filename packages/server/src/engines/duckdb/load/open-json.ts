import type { LoadFile } from '../../../datasets/versions/load-engine.ts'
import type { LoadMistake } from '../../../datasets/versions/load-mistake.ts'
import { sqlText } from '../open-database.ts'
import { alsoWrong, textCell } from './cell.ts'
import { copyTexts } from './copy-texts.ts'
import { matchColumns } from './match-columns.ts'
import { sqlName } from './sql-name.ts'
import { firstSentence, isAboutContent, refusedSource, type LoadContext, type OpenSource } from './source-table.ts'

/**
 * Opens a file of JSON objects: one a line, or all in an array. A key that an object lacks is no value there; one that no
 * object has is a missing column. Numbers are what they are to every reader of JSON, floating ones of 64 bits: who needs
 * more digits writes a text.
 */
export const openJson: OpenSource = async (context, request, file, copyPath) => {
  try {
    const keys = await keysOf(context, file)
    // Where there is no object no key is missing: that there is no row will be said.
    const names = keys.length === 0 ? request.columns.map(({ name }) => name) : keys
    const { places, mistakes } = matchColumns(request, file, names)
    if (mistakes.length > 0) return refusedSource(mistakes)
    const found = places.map((place) => names[place] ?? '')
    const columns = found.flatMap((name, index) => [
      `${textOf(sqlName(name))} AS text${index}`,
      `${wrongIn(sqlName(name))} AS wrong${index}`,
    ])
    await copyTexts(context, `SELECT ${columns.join(', ')} FROM ${jsonReader(file, found)}`, copyPath)
    return {
      ok: true,
      table: {
        file,
        from: `read_parquet(${sqlText(copyPath)}) AS source`,
        cells: request.columns.map((column, index) => {
          const text = `source.text${index}`
          const cell = textCell(column, column.type === 'string' ? text : `nullif(trim(${text}), '')`)
          return alsoWrong(cell, `source.wrong${index}`)
        }),
        linesOf: async () => new Map(),
      },
    }
  } catch (error) {
    if (!isAboutContent(error)) throw error
    return refusedSource([brokenFile(file, error)])
  }
}

async function keysOf({ run }: LoadContext, file: LoadFile): Promise<readonly string[]> {
  const objects = `read_json_objects(${sqlText(file.path)}, ${options})`
  const rows = await run(`SELECT DISTINCT unnest(json_keys(json)) AS key FROM ${objects} ORDER BY key`)
  return rows.map(([key]) => String(key))
}

/** Values come as the JSON that they are, so that a text, a number and an object can be told apart. */
function jsonReader(file: LoadFile, names: readonly string[]): string {
  const columns = names.map((name) => `${sqlText(name)}: 'JSON'`)
  return `read_json(${sqlText(file.path)}, ${options}, columns = {${columns.join(', ')}})`
}

const options = `format = 'auto', compression = 'uncompressed'`

function textOf(json: string): string {
  const text = `CAST(${json} AS VARCHAR)`
  return `CASE WHEN starts_with(${text}, '"') THEN json_extract_string(${json}, '$') ELSE ${text} END`
}

/** An object or an array is no value; a fraction behind 16 digits and more is not the one that was written. */
function wrongIn(json: string): string {
  return String.raw`regexp_matches(CAST(${json} AS VARCHAR), '^([\[{]|-?\d{16,}\.)')`
}

function brokenFile(file: LoadFile, error: Error): LoadMistake {
  const sentence = firstSentence(error, file)
  const [, number, reason] = /in (?:line|record\/value) (\d+): (.*?)\.?\s*$/.exec(sentence) ?? []
  if (number === undefined) return { code: 'unreadable_file', file: file.name, problem: sentence }
  // Of malformed JSON the engine counts one row too many.
  const row = sentence.startsWith('Malformed') ? Math.max(1, Number(number) - 1) : Number(number)
  return { code: 'wrong_row', file: file.name, row, problem: `it can't be read as JSON: ${reason}` }
}
