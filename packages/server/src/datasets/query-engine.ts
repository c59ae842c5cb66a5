import type { CompiledQuery, Relation, Spellings } from '@almanac/query'

/** A cell of a preview: text and numbers as JSON has them; a number beyond 2^53 comes as text. */
export type PreviewValue = string | number | null

export interface PreviewOptions {
  readonly timeLimitMs: number
  readonly signal: AbortSignal
}

export interface ExportTarget {
  /** Absolute path of a file that doesn't exist yet. Only the engine writes it; who reads it waits for the result. */
  readonly path: string
  readonly format: 'csv' | 'tsv'
}

export interface ExportOptions {
  readonly timeLimitMs: number
  readonly signal: AbortSignal
  /** Called now and then while the engine works, with the bytes that stand in the file so far. */
  readonly onProgress?: (progress: { readonly sizeBytes: number }) => void
}

export interface ExportedFile {
  readonly rows: number
  readonly sizeBytes: number
  /** Lower-case hex of the file's bytes. */
  readonly sha256: string
}

/** What to look at: a data version, and those of its string columns whose spelling is asked for. */
export interface ProfileRequest {
  readonly relation: Relation
  readonly stringColumns: readonly string[]
}

export interface DataProfile {
  /** Of all accounts. */
  readonly rows: number
  /** Columns whose texts have too many spellings to say are left out. */
  readonly spellings: Spellings
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
