import type { Position } from '../diagnostic.ts'

const longestLine = 100
const shownBefore = 40

/**
 * The line of a position and, under it, a marker of carets. A query is often one line of thousands of characters, so
 * a long line is cut round the position.
 */
export function excerptAt(text: string, { column, offset, length }: Position): string {
  const lineStart = offset - (column - 1)
  const rest = text.slice(lineStart)
  // Each control character, tabs among them, takes one place, as it does in `column`.
  const line = rest.slice(0, lengthOfLine(rest)).replaceAll(/\p{Cc}/gu, ' ')

  const cutStart = line.length > longestLine ? Math.max(0, column - 1 - shownBefore) : 0
  const cutEnd = Math.min(line.length, cutStart + longestLine)
  const before = cutStart > 0 ? '…' : ''
  const after = cutEnd < line.length ? '…' : ''
  const caretStart = column - 1 - cutStart
  const carets = Math.max(1, Math.min(length, cutEnd - cutStart - caretStart))
  return `${before}${line.slice(cutStart, cutEnd)}${after}\n${' '.repeat(before.length + caretStart)}${'^'.repeat(carets)}`
}

function lengthOfLine(text: string): number {
  const end = text.search(/[\r\n]/)
  return end === -1 ? text.length : end
}
