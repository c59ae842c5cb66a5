import type { Column } from '@almanac/query'
import type { StoredColumn } from './dataset-version.ts'
import type { LoadMistake } from './load-mistake.ts'

export type LoadFormat = 'csv' | 'tsv' | 'json' | 'parquet'

/** A file to be loaded. */
export interface LoadFile {
  /** Absolute. */
  readonly path: string
  /** What messages call it. */
  readonly name: string
  readonly format: LoadFormat
  /** Whether it is compressed with gzip. Parquet is not. */
  readonly gzipped: boolean
  /** Lower-case hex of its bytes, where they have been counted on their way. */
  readonly sha256?: string
}

/** The parts that a new one comes to stand beside. */
export interface EarlierParts {
  /** Absolute, in order. */
  readonly paths: readonly string[]
  readonly columns: readonly StoredColumn[]
  readonly rows: number
  /** Whether all rows are to be written into the new part, so that it is the only one. */
  readonly merge: boolean
}

export interface LoadRequest {
  /** As the dataset declares them, all of them. */
  readonly columns: readonly Column[]
  readonly accountColumn: string | null
  readonly dateColumn: string | null
  readonly files: readonly LoadFile[]
  readonly earlier: EarlierParts | null
  /** Whether columns of the files that the dataset doesn't have are passed over. */
  readonly ignoreExtraColumns: boolean
  /** Whether files without any row are taken. */
  readonly allowNoRows: boolean
  /** An absolute folder for the part, and for what the engine needs on the way. */
  readonly stagingFolder: string
}

export type LoadOutcome =
  | {
      readonly kind: 'written'
      readonly part: StagedPart
      /** Rows of the files. */
      readonly rowsRead: number
      /** Whether the part holds the rows of the earlier parts too, because that was asked for or a type had to grow. */
      readonly merged: boolean
      /** How the part holds the columns; the earlier parts do too, unless they are merged. */
      readonly columns: readonly StoredColumn[]
      /** Accounts that have rows in the part or in the earlier parts; null without an account column. */
      readonly accounts: number | null
    }
  | {
      readonly kind: 'refused'
      /** The first ones, in the order of the files. */
      readonly mistakes: readonly LoadMistake[]
      /** How many there are in all, as far as the files were read. */
      readonly total: number
    }

/** A Parquet file in the staging folder: whole, synced, and read back. */
export interface StagedPart {
  readonly path: string
  readonly rows: number
  readonly sizeBytes: number
  readonly sha256: string
}

export interface LoadProgress {
  readonly phase: 'reading' | 'checking' | 'writing'
  /** Of the file that the phase writes, so far. */
  readonly writtenBytes: number
}

export interface LoadEngineOptions {
  readonly timeLimitMs: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: LoadProgress) => void
}

/**
 * Port: reads files, checks each value against the columns, and writes one part, sorted by account, date and place in the
 * files. Errors: `EngineError`; whatever happens, only the staging folder has been written to.
 */
export interface LoadEngine {
  load(request: LoadRequest, options: LoadEngineOptions): Promise<LoadOutcome>
  /** Calls off what runs, and waits until it has ended. */
  close(): Promise<void>
}
