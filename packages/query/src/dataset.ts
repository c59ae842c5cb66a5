import type { MetricExpression } from './metric/metric-expression.ts'

/** The types a column can have. They decide which literals a comparison takes and how a value is written to a file. */
export type ColumnType = 'string' | 'integer' | 'decimal' | 'boolean' | 'date' | 'timestamp'

/** How a boolean is written where a dataset doesn't say it. */
export const defaultBooleanForms = ['false', 'true'] as const

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

export type { AggregateFunction } from './metric/metric-expression.ts'

/** A metric: an aggregate over source columns (which may be hidden), or arithmetic over several. */
export interface Metric {
  readonly name: string
  readonly type: 'integer' | 'decimal'
  readonly description?: string
  /** As `parseMetric` reads it. */
  readonly expression: MetricExpression
}

/** A dataset as the language sees it: names, types, ranges, and whose row is whose. No file names, no engine. */
export interface Dataset {
  readonly name: string
  /** What its rows are; for completion. */
  readonly description?: string
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

/**
 * Where a dataset's rows are, for one run: the exact files or table, so that a run has one data version from start to
 * end.
 */
export type Relation = FileRelation | DuckDbRelation | TrinoRelation

export interface FileRelation {
  readonly kind: 'files'
  readonly format: 'parquet' | 'csv' | 'json'
  /** Absolute paths, in a fixed order. */
  readonly paths: readonly string[]
  /** What lies between two values of a CSV file; if absent, the engine finds out which of `,` `;` `|` and tab it is. */
  readonly delimiter?: string
  /**
   * Columns that stand in the paths (`…/month=2024-05/…`), as these spell them. Where files have one too, that of the
   * path counts.
   */
  readonly partitionColumns?: readonly string[]
  readonly spellings?: Spellings
}

/** A table of a DuckDB database file. */
export interface DuckDbRelation {
  readonly kind: 'duckdb'
  /** Absolute path. */
  readonly database: string
  readonly schema: string
  readonly table: string
  readonly spellings?: Spellings
}

/** A table that Trino knows. */
export interface TrinoRelation {
  readonly kind: 'trino'
  readonly catalog: string
  readonly schema: string
  readonly table: string
}

/**
 * How the values of string columns are spelt in this data version, by column name, where that is known. It changes
 * nothing about which rows a comparison finds, only what it costs: a literal that has one spelling in the data is
 * compared exactly, and an exact comparison skips row groups.
 */
export type Spellings = Readonly<Record<string, Spelling>>

export type Spelling =
  /** Every value is of ASCII and its own lower-case form. */
  | { readonly kind: 'lower' }
  /** Every value is of ASCII and its own upper-case form. */
  | { readonly kind: 'upper' }
  /** All values that there are, of every account: nothing of them may reach an answer, a log or an error. */
  | { readonly kind: 'values'; readonly values: readonly string[] }
