import { createReadStream } from 'node:fs'
import type { LoadFile } from '../../../datasets/versions/load-engine.ts'
import { mistakesTold, type LoadMistake } from '../../../datasets/versions/load-mistake.ts'

export interface CsvScan {
  /** What is wrong with rows as such; the first ones. */
  readonly mistakes: readonly LoadMistake[]
  readonly total: number
  /** On which line each wanted row begins. */
  readonly lines: ReadonlyMap<number, number>
}

const newline = 0x0a
const carriageReturn = 0x0d
const quote = 0x22
const byteOrderMark = [0xef, 0xbb, 0xbf]

type FieldState = 'start of field' | 'plain' | 'quoted' | 'after quote'

/**
 * Reads a text file byte by byte, only to say on which line something stands: the engine says that a file is wrong, but
 * counts rows where it says lines, and names only the first mistake. 100 MB take about a second.
 *
 * `wanted` are rows, counted from 1 without the header.
 */
export async function scanCsv(
  file: LoadFile,
  delimiter: string,
  fieldsPerRow: number,
  wanted: ReadonlySet<number>,
  stop: AbortSignal,
): Promise<CsvScan> {
  const separator = delimiter.charCodeAt(0)
  const mistakes: LoadMistake[] = []
  const lines = new Map<number, number>()
  let total = 0
  // The header is row 0.
  let row = 0
  let line = 1
  let rowLine = 1
  let fields = 1
  let rowBytes = 0
  let state = 'start of field' as FieldState
  let isRowWrong = false
  let lineEnd: 'LF' | 'CRLF' | 'CR' | null = null
  let afterReturn = false
  let expectedBytes = 0
  let position = 0

  function complain(code: LoadMistake['code'], problem: string): void {
    // One for each row: what follows the first is mostly its echo.
    if (isRowWrong) return
    isRowWrong = true
    total += 1
    if (mistakes.length >= mistakesTold) return
    mistakes.push({ code, file: file.name, ...(row > 0 && { row }), line: rowLine, problem })
  }

  function endRow(): void {
    // A line without anything is no row.
    if (rowBytes > 0) {
      // A delimiter after the last field is taken, by the engine too: many tools write one.
      const last = state === 'start of field' && fields === fieldsPerRow + 1 ? fields - 1 : fields
      if (last !== fieldsPerRow) {
        complain('wrong_row', `the row has ${count(fields, 'field')}, the header ${count(fieldsPerRow, 'name')}`)
      }
      if (wanted.has(row)) lines.set(row, rowLine)
      row += 1
    }
    fields = 1
    rowBytes = 0
    isRowWrong = false
    state = 'start of field'
    rowLine = line
  }

  function seeLineEnd(kind: 'LF' | 'CRLF' | 'CR'): void {
    if (lineEnd !== null && kind !== lineEnd) {
      complain('wrong_row', `the line ends in ${kind}, those before it in ${lineEnd}: write one kind throughout`)
    }
    lineEnd ??= kind
  }

  function take(byte: number): void {
    if (position < byteOrderMark.length) {
      const isMark = byte === byteOrderMark[position]
      position = isMark ? position + 1 : byteOrderMark.length
      if (isMark) return
    }
    if (expectedBytes > 0 ? byte >> 6 !== 0b10 : byte >= 0x80 && (byte < 0xc2 || byte > 0xf4)) {
      complain('not_utf8', 'the row is not UTF-8: save the file as UTF-8')
      expectedBytes = 0
    } else if (expectedBytes > 0) expectedBytes -= 1
    else if (byte >= 0xc2) expectedBytes = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3

    if (afterReturn) {
      afterReturn = false
      seeLineEnd(byte === newline ? 'CRLF' : 'CR')
      line += 1
      endRow()
      if (byte === newline) return
    }
    if (state === 'quoted') {
      rowBytes += 1
      if (byte === newline) line += 1
      else if (byte === quote) state = 'after quote'
      return
    }
    if (byte === carriageReturn) {
      afterReturn = true
      return
    }
    if (byte === newline) {
      seeLineEnd('LF')
      line += 1
      endRow()
      return
    }
    rowBytes += 1
    if (byte === separator) {
      fields += 1
      state = 'start of field'
    } else if (byte === quote && state === 'after quote') state = 'quoted'
    else if (state === 'after quote') {
      complain('wrong_row', 'text follows a closing quote: write a quote inside of a quoted value twice')
      state = 'plain'
    } else state = byte === quote && state === 'start of field' ? 'quoted' : 'plain'
  }

  for await (const chunk of createReadStream(file.path, { highWaterMark: 1024 * 1024 })) {
    stop.throwIfAborted()
    for (const byte of chunk as Buffer) take(byte)
  }
  if (state === 'quoted') complain('wrong_row', 'a quoted value begins in this row and never ends')
  endRow()
  return { mistakes, total, lines }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
