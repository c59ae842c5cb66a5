/** Where in a query text something stands. Lines and columns count from 1, `length` in characters. */
export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
  readonly length: number
}

/** One thing that is wrong with a query, as a value. Its words are made by `message`, in one place. */
export interface Diagnostic {
  /** A stable code: `unknown_column`, `syntax`, `bad_literal` … (the closed union is in `diagnostic-codes.ts`). */
  readonly code: string
  readonly message: string
  readonly position: Position
  /** The two lines of a caret excerpt: the source line and the marker under it. */
  readonly excerpt: string
  /** What to do about it: the nearest name, the list of what is allowed. */
  readonly hint?: string
  readonly nearestName?: string
}
