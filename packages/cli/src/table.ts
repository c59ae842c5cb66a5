import { printable } from './printable.ts'

/** A cell: text, a number (set right), or nothing. */
export type Cell = string | number | null | undefined

const widestColumn = 48

/**
 * Rows below their headers, columns set apart by two blanks. A cell of more than 48 characters is cut with `…`; a table
 * without rows is its headers.
 */
export function formatTable(headers: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => headers.map((_, column) => cut(printable(String(row[column] ?? '')))))
  const widths = headers.map((header, column) =>
    Math.max(lengthOf(header), ...texts.map((row) => lengthOf(row[column] ?? ''))),
  )
  // Right-aligned where everything is a number.
  const isNumeric = headers.map(
    (_, column) =>
      rows.some((row) => typeof row[column] === 'number') &&
      rows.every((row) => row[column] === null || row[column] === undefined || typeof row[column] === 'number'),
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, isNumeric[column] === true))
      .join('  ')
      .trimEnd()
  return [line(headers), line(widths.map((width) => '-'.repeat(width))), ...texts.map(line)].join('\n')
}

function pad(text: string, width: number, toTheRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return toTheRight ? blanks + text : text + blanks
}

function cut(text: string): string {
  const characters = charactersOf(text)
  return characters.length > widestColumn ? `${characters.slice(0, widestColumn - 1).join('')}…` : text
}

function lengthOf(text: string): number {
  return charactersOf(text).length
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** As a reader counts them, not in UTF-16 units. */
function charactersOf(text: string): readonly string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
