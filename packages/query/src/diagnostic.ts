import type { DiagnosticCode } from './diagnostic-codes.ts'

/**
 * Where in a query text something stands. Lines and columns count from 1; `column`, `offset` and `length` count UTF-16
 * units, as JavaScript strings and most editors do.
 */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly length: number
}

/** One thing that is wrong with a query, as a value. Its words are made in `diagnostic-words.ts`, nowhere else. */
export interface Diagnostic {
  /** A stable code: `unknown_column`, `syntax`, `bad_literal` … */
  readonly code: DiagnosticCode
  /** One sentence without a full stop. */
  readonly message: string
  readonly position: Position
  /** The two lines of a caret excerpt: the source line (shortened when it is long) and the marker under it. */
  readonly excerpt: string
  /** What to do about it: the nearest name, the list of what is allowed. */
  readonly hint?: string
  readonly nearestName?: string
  /** Everything that could stand there, when that is a list: names, ranges, operators. */
  readonly allowed?: readonly string[]
}
