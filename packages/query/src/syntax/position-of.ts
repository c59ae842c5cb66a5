import type { Position } from '../diagnostic.ts'
import type { Span } from './span.ts'

/** Line, column and length of a span. A line ends with LF, CR or CR LF. */
export function positionOf(text: string, { start, end }: Span): Position {
  const linesBefore = text.slice(0, start).split(/\r\n|\r|\n/)
  const lastLine = linesBefore.at(-1) ?? ''
  return { line: linesBefore.length, column: lastLine.length + 1, offset: start, length: Math.max(end - start, 1) }
}
