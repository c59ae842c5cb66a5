import type { ColumnType } from './dataset.ts'

/** A literal that goes to the engine beside the SQL, never inside it. */
export type SqlParameter =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'decimal'; readonly value: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** `yyyy-MM-dd` */
  | { readonly type: 'date'; readonly value: string }
  /** Microseconds since 1970, UTC. */
  | { readonly type: 'timestamp'; readonly value: bigint }

/** The engines that the language is written for. */
export type DialectName = 'duckdb' | 'trino'

/** One column of a result, in order. Two columns may have the same name (a name selected twice appears twice). */
export interface ResultColumn {
  readonly name: string
  readonly type: ColumnType
}

/** The rows that a run looks at: epoch milliseconds UTC; absent bounds are open. */
export interface QueryWindow {
  readonly startAt?: number
  readonly endAt?: number
  /** Whether the row at `endAt` itself belongs (a reference time) or not (QueryEndTime, the end of a day or month). */
  readonly endInclusive: boolean
}

/**
 * What an engine runs. The result's values come out of the SQL in their file form already: dates and timestamps as
 * text, booleans in the column's own form, decimals that never show an exponent. So a preview and a file can't differ.
 */
export interface CompiledQuery {
  readonly dataset: string
  /** Whose SQL it is, and so which engine runs it. */
  readonly dialect: DialectName
  readonly sql: string
  /** `$1` is `parameters[0]`. */
  readonly parameters: readonly SqlParameter[]
  readonly columns: readonly ResultColumn[]
  readonly window: QueryWindow | null
}

/** One query of several accounts: what reads for all of them, and what makes the result of each. */
export interface CompiledTogether {
  readonly scan: Pick<CompiledQuery, 'sql' | 'parameters'>
  /** The column of `scan` that says whose row it is, as text; never NULL. */
  readonly ownerName: string
  /** Its other columns. */
  readonly passedNames: readonly string[]
  /** What `result` calls the rows of `scan` that are one account's. */
  readonly partName: string
  readonly result: CompiledQuery
}
