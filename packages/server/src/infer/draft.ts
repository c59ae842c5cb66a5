import type { DeclaredColumn, DeclaredMetric } from '../datasets/loading/declared.ts'
import type { DataFormat } from './data-format.ts'

/** The first draft of a dataset's declaration: what goes into the YAML, and beside each guess why and what to check. */
export interface DatasetDraft {
  readonly program: string
  readonly name: string
  readonly title: string
  readonly description: string
  /** What was looked at, in sentences. */
  readonly basis: readonly string[]
  readonly source: DraftSource
  readonly minimumRecurrenceIntervalHours: number
  readonly account: Guess
  readonly date: Guess
  readonly ranges: DraftRanges | null
  readonly columns: readonly DraftColumn[]
  readonly metrics: readonly DeclaredMetric[]
  readonly leftOut: readonly LeftOut[]
}

/** Where the rows are, and what is left to do for a server to find them there. */
export type DraftSource = { readonly remark: string | null } & (
  | { readonly format: DataFormat; readonly pattern: string }
  | { readonly format: 'duckdb'; readonly database: string; readonly schema: string; readonly table: string }
  | { readonly format: 'trino'; readonly catalog: string; readonly schema: string; readonly table: string }
)

/** A guessed column, or none, and why. */
export interface Guess {
  readonly column: string | null
  readonly why: string
}

export interface DraftRanges {
  readonly offered: readonly string[]
  readonly byDefault: string
  readonly why: string
}

export interface DraftColumn extends DeclaredColumn {
  readonly remark: string | null
}

/** A column of the data that isn't declared. */
export interface LeftOut {
  readonly name: string
  readonly reason: string
  /** The name that a query could read, where renaming is all it takes. */
  readonly betterName: string | null
}
