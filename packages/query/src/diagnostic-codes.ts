import type { ColumnType } from './dataset.ts'

/** What the documented grammar doesn't have. */
export type ExtensionName = 'SELECT *' | 'OR' | 'NOT' | 'parentheses' | 'IS NULL' | 'BETWEEN' | 'TIMESPAN BETWEEN'

/** What each code carries. The words for each are in `diagnostic-words.ts`. */
export interface DiagnosticData {
  text_too_long: { readonly sizeBytes: number; readonly limitBytes: number }
  syntax: { readonly expected: string; readonly found: string; readonly hint?: string }
  nested_too_deep: { readonly limit: number }
  /** Something that the documented grammar doesn't have, in a profile that takes no more than that. */
  extension: { readonly name: ExtensionName }
  unknown_dataset: { readonly name: string; readonly known: readonly string[] }
  unknown_column: { readonly name: string; readonly dataset: string; readonly known: readonly string[] }
  too_many_names: { readonly count: number; readonly limit: number }
  too_many_values: { readonly count: number; readonly limit: number }
  operator_not_for_type: {
    readonly operator: string
    readonly name: string
    readonly type: ColumnType
    readonly allowed: readonly string[]
  }
  /** A literal that can't be converted to the type of what it is compared with. */
  bad_literal: { readonly literal: string; readonly name: string; readonly type: ColumnType }
  no_metric_selected: {
    readonly metric: string
    readonly clause: 'WHERE' | 'ORDER BY'
  }
  /** One OR or NOT over both columns (rows) and metrics (groups). */
  mixed_filter: { readonly column: string; readonly metric: string }
  order_not_selected: {
    readonly name: string
    readonly reason: 'distinct' | 'grouping'
    readonly selected: readonly string[]
  }
  bad_limit: { readonly text: string }
  unknown_range: { readonly name: string; readonly dataset: string; readonly known: readonly string[] }
  no_date_column: { readonly dataset: string }
  /** A TIMESPAN that ends before it begins. */
  empty_range: { readonly from: string; readonly to: string }
}

/** Every code that a diagnostic can have. */
export type DiagnosticCode = keyof DiagnosticData
