/** The types a column can have. They decide which literals a comparison takes and how a value is written to a file. */
export type ColumnType = 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'

/** What a dataset calls a column, and what the language must know of it. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly description?: string
  /** The documented values of an enumeration; for messages and completion, never a restriction. */
  readonly values?: readonly string[]
  /** How a boolean is written, false first: `['0', '1']`, `['No', 'Yes']`, `['False', 'True']`. */
  readonly booleanForms?: readonly [whenFalse: string, whenTrue: string]
  /** A hidden column exists in the source (the account column, what a metric adds up) but can't be named by a query. */
  readonly hidden?: boolean
}

export type AggregateFunction = 'sum' | 'count' | 'countDistinct' | 'min' | 'max' | 'avg'

/** A metric: an aggregate over one source column (which may be hidden). */
export interface Metric {
  readonly name: string
  readonly type: 'integer' | 'decimal'
  readonly description?: string
  readonly aggregate: { readonly function: AggregateFunction; readonly column: string }
}

/** A dataset as the language sees it: names, types, ranges, and whose row is whose. No file names, no engine. */
export interface Dataset {
  readonly name: string
  /** Older names under which FROM finds this dataset too (`ISVOrderV2`). */
  readonly nameAliases: readonly string[]
  readonly columns: readonly Column[]
  readonly metrics: readonly Metric[]
  /** Older column names → the column or metric they stand for. Accepted, never listed; a result shows the alias. */
  readonly columnAliases: Readonly<Record<string, string>>
  /** Whose row it is. Each query is filtered by it; absent for data that belongs to everyone. */
  readonly accountColumn?: string
  /** The column that TIMESPAN filters; absent for a dataset without dates. */
  readonly dateColumn?: string
  /** `LAST_MONTH`, `LAST_90_DAYS`, `LIFETIME` …: the ranges that TIMESPAN takes. */
  readonly dateRanges: readonly string[]
  /** The range when a query has no TIMESPAN and `LAST_6_MONTHS` isn't offered. */
  readonly defaultDateRange?: string
  /** `calendar` ends month windows at the last whole month; `rolling` counts back from the reference time. */
  readonly timespans: 'rolling' | 'calendar'
}

/** Where a dataset's rows are, for one run: the exact files, so that a run has one data version from start to end. */
export interface Relation {
  readonly kind: 'files'
  readonly format: 'parquet' | 'csv' | 'json'
  /** Absolute paths, in a fixed order. */
  readonly paths: readonly string[]
}
