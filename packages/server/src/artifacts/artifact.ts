import type { ColumnType } from '@almanac/query'

/** What a file holds and how to check it; published beside the file. JSON on the wire, keys as here. */
export interface Manifest {
  readonly executionId: string
  readonly reportId: string
  readonly reportName: string
  readonly format: 'csv' | 'tsv'
  readonly rows: number
  readonly sizeBytes: number
  /** Lower-case hex, over the uncompressed file. */
  readonly sha256: string
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Whether texts that a spreadsheet would run have an apostrophe before them. */
  readonly neutralizedFormulas: boolean
  readonly query: string
  readonly dataset: string
  /** Null where the source has no versions. */
  readonly dataVersion: string | null
  /** Wire times (UTC, `Z`). */
  readonly referenceTime: string
  readonly generatedTime: string
}

/** A published file. It exists only whole: the row is written in the transaction that completes its execution. */
export interface Artifact {
  readonly id: string
  readonly executionId: string
  readonly reportId: string
  readonly accountId: string
  /** Where the bytes are in the blob store. A new key for each attempt: a worker that lost its lease overwrites nothing. */
  readonly blobKey: string
  /** Name for `Content-Disposition`: the report's name made safe, with the format's ending. */
  readonly fileName: string
  readonly manifest: Manifest
  readonly createdAt: number
}
