import type { SqlParameter } from '../compiled-query.ts'
import type { AggregateFunction, ColumnType, Relation } from '../dataset.ts'
import type { ColumnField, Field, MetricField } from '../plan/field.ts'

/** A column that a statement reads. */
export interface SourceColumn {
  readonly name: string
  readonly type: ColumnType
}

/** What an aggregate is taken of. */
export interface AggregateArgument {
  readonly sql: string
  readonly type: ColumnType
  /** Worked out from several columns, in the domain of its type, rather than read. */
  readonly isComputed: boolean
}

/** Whole numbers without end, or floating ones. */
export type NumberDomain = 'whole' | 'floating'

/**
 * What differs from engine to engine, as pieces of SQL. Everything else (what is selected, filtered, grouped and
 * ordered, and in which order the clauses stand) is the same for all and stands in `compile-select.ts`.
 */
export interface Dialect {
  readonly name: string
  quoteName(name: string): string
  /** A value of the query: the place of the parameter that `bind` gives the number of, or a literal. */
  parameter(parameter: SqlParameter, bind: () => number): string
  /** What FROM reads, with the columns that the statement needs. */
  relation(relation: Relation, columns: readonly SourceColumn[]): string
  /** What tells apart any two rows of the files, in a fixed order; empty where the format can't say. */
  filePosition(relation: Relation, table: string): readonly string[]
  /** The value of a column in its declared type, whatever type its files have. `column` is SQL. */
  columnValue(field: ColumnField, column: string): string
  /** An aggregate over the rows of a group: the same however the engine splits them. `null`: of every row. */
  aggregate(name: AggregateFunction, argument: AggregateArgument | null): string
  /** A number as arithmetic takes it. */
  numberIn(domain: NumberDomain, sql: string): string
  /** The value of a metric for a comparison: what is equal in the file is equal here. */
  comparableMetric(metric: MetricField, value: string): string
  /**
   * The form in which a field stands in a file, in the outer SELECT. `value` is SQL of the inner one, `column` that of a
   * metric's column where it is taken of one as it is; `pass` lets the inner one select a piece and gives its name in the
   * outer.
   */
  fileForm(field: Field, value: string, column: string | null, pass: (sql: string) => string): string
  /** A text in a form in which case doesn't count. */
  caseless(text: string): string
  /** Matches a pattern with `%`, `_` and the escape `\`; `pattern` is SQL, `written` what the query has. */
  like(text: string, pattern: string, written: string, negated: boolean): string
}
