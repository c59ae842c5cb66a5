import type { ColumnType, Spellings } from '@almanac/query'

/** What a load does with the rows that are there: take their place, or stand beside them. */
export type LoadMode = 'replace' | 'append'

/** The rows of a dataset as one load left them. Nothing of it ever changes. */
export interface DatasetVersion {
  /** From 1, one more for each load; never given twice. */
  readonly number: number
  /** `<number>-<12 hex digits of its parts' hashes>`: what executions and manifests name. */
  readonly id: string
  readonly createdAt: number
  readonly mode: LoadMode
  /** Who loaded it: a client's id, or a user of this machine. */
  readonly loadedBy: string
  /** The names of the files that this load read. */
  readonly files: readonly string[]
  /** Of all accounts. */
  readonly rows: number
  /** How many accounts have rows; null for a dataset that belongs to everyone. */
  readonly accounts: number | null
  readonly sizeBytes: number
  readonly columns: readonly StoredColumn[]
  readonly parts: readonly VersionPart[]
  readonly spellings: Spellings
}

/** A Parquet file, sorted by account and date. Several versions may name the same one. */
export interface VersionPart {
  readonly name: string
  readonly rows: number
  readonly sizeBytes: number
  /** Lower-case hex. */
  readonly sha256: string
}

/** A column as all parts of a version hold it. */
export interface StoredColumn {
  readonly name: string
  readonly type: ColumnType
  /** The engine's own word, such as `DECIMAL(18,4)`. */
  readonly storedAs: string
  /** Of a decimal: the digits that its values need. */
  readonly digits?: DecimalDigits
}

/** The most digits before and after the point that any value has. */
export interface DecimalDigits {
  readonly whole: number
  readonly fraction: number
}
