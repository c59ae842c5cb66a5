/** How sample rows of a dataset are made up: from the rows of one relation of the sample world. */
export interface DatasetSample {
  readonly rows: string
  /** By the declared name of the column; every column of the dataset has one. */
  readonly columns: Readonly<Record<string, ColumnSample>>
}

export type ColumnSample =
  /** A DuckDB expression over the relation's columns. */
  | { readonly kind: 'expression'; readonly sql: string }
  /**
   * A value drawn by weight. Rows for which `by` gives the same number get the same value, in every dataset whose
   * column has the same salt; where it gives NULL there is none.
   */
  | {
      readonly kind: 'weights'
      readonly weights: readonly { readonly value: string; readonly weight: number }[]
      readonly nullWeight: number
      readonly by: string
      readonly salt: string
    }
