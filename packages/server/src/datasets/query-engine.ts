import type { CompiledQuery, CompiledTogether, Relation, Spellings } from '@almanac/query'

/** A cell of a preview: text and numbers as JSON has them; a number beyond 2^53 comes as text. */
export type PreviewValue = string | number | null

/** On whose behalf a query runs, for the records of an engine that has its own. */
export interface Errand {
  readonly accountId: string
  /** Absent for a preview. */
  readonly executionId?: string
}

export interface PreviewOptions {
  readonly timeLimitMs: number
  readonly signal: AbortSignal
  readonly errand?: Errand
}

export interface ExportTarget {
  /** Absolute path of a file that doesn't exist yet. Only the engine writes it; who reads it waits for the result. */
  readonly path: string
  readonly format: 'csv' | 'tsv'
}

export interface ExportOptions extends PreviewOptions {
  /** Called now and then while the engine works, with the bytes that stand in the file so far. */
  readonly onProgress?: (progress: { readonly sizeBytes: number }) => void
}

export interface ExportedFile {
  readonly rows: number
  readonly sizeBytes: number
  /** Lower-case hex of the file's bytes. */
  readonly sha256: string
}

/** Where the result of one account goes. Several may be of the same account. */
export interface AccountTarget extends ExportTarget {
  readonly accountId: string
}

/** What to look at: a data version, and those of its string columns whose spelling is asked for. */
export interface ProfileRequest {
  readonly relation: Relation
  readonly stringColumns: readonly string[]
  /** Whose row it is, where rows have owners. */
  readonly accountColumn?: string | undefined
}

export interface DataProfile {
  /** Of all accounts. */
  readonly rows: number
  /** Columns whose texts have too many spellings to say are left out. */
  readonly spellings: Spellings
  /** The part of all rows that is read for the rows of one account, from 0 to 1. Absent where that isn't known. */
  readonly accountReadShare?: number | undefined
}

/**
 * Port: runs a compiled query. A failure leaves no file behind. Errors: `EngineError` with one of its codes; the
 * engine's own words are in `cause`, for the log.
 */
export interface QueryEngine {
  /** Rows as arrays in the order of `query.columns`. */
  preview(query: CompiledQuery, options: PreviewOptions): Promise<readonly (readonly PreviewValue[])[]>
  /** Writes header and rows; the file is complete and synced to disk when the promise resolves. */
  export(query: CompiledQuery, target: ExportTarget, options: ExportOptions): Promise<ExportedFile>
  /**
   * Writes the results of several accounts while it reads the data once, each to the bytes that `export` would write. In
   * the order of the targets; `undefined` for an account of which no row was read, whose result is then still to be made.
   * Each file has been made of rows that were looked at once more and are of its account.
   */
  exportTogether(
    query: CompiledTogether,
    targets: readonly AccountTarget[],
    options: PreviewOptions,
  ): Promise<readonly (ExportedFile | undefined)[]>
  /** Reads what can be known of a data version: how many rows it has, and how its texts are spelt. */
  profile(request: ProfileRequest, options: PreviewOptions): Promise<DataProfile>
  close(): Promise<void>
}

export type EngineErrorCode =
  | 'timeout'
  | 'cancelled'
  | 'out_of_memory'
  | 'disk_full'
  | 'missing_file'
  | 'unreadable_data'
  /** An engine elsewhere that doesn't answer, or takes no queries now. */
  | 'unreachable'
  | 'crashed'
  | 'failed'

export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
