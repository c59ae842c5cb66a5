import type { TrinoQueryError } from './trino-failure.ts'

/** A cell as the protocol has it; every value of our statements comes as text, a count as a number. */
export type TrinoValue = string | number | boolean | null

export type TrinoRow = readonly TrinoValue[]

/** An answer of `/v1/statement`, as far as it is of use here. */
export interface TrinoAnswer {
  readonly id: string
  /** Where the following answer is; absent in the last one. */
  readonly nextUri?: string
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  /** Rows, or where they are. */
  readonly data?: readonly TrinoRow[] | SpooledRows
  readonly error?: TrinoQueryError
}

/** Rows by the spooling protocol. */
export interface SpooledRows {
  /** `json`, `json+zstd` */
  readonly encoding: string
  readonly segments: readonly Segment[]
}

export type Segment = InlineSegment | StoredSegment

/** Rows in the answer itself: few. */
export interface InlineSegment {
  readonly type: 'inline'
  /** Base64. */
  readonly data: string
  readonly metadata: SegmentMetadata
}

/** Rows in a storage, of this Trino's or in the cloud. */
export interface StoredSegment {
  readonly type: 'spooled'
  readonly uri: string
  /** Asked for once the rows are here, so that they can be removed there. */
  readonly ackUri: string
  readonly headers?: Readonly<Record<string, readonly string[]>>
  readonly metadata: SegmentMetadata
}

export interface SegmentMetadata {
  readonly rowsCount?: string | number
  /** Only where the segment is compressed; small ones aren't. */
  readonly uncompressedSize?: string | number
}
