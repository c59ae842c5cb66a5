import type { SqlParameter } from '../compiled-query.ts'
import type { ColumnType, Relation } from '../dataset.ts'
import type { ColumnField, Field, MetricField } from '../plan/field.ts'

/** A column that a statement reads. */
export interface SourceColumn {
  readonly name: string
  readonly type: ColumnType
}

/**
 * What differs from engine to engine, as pieces of SQL. Everything else (what is selected, filtered, grouped and
 * ordered, and in which order the clauses stand) is the same for all and stands in `compile-select.ts`.
 */
export interface Dialect {
  readonly name: string
  quoteName(name: string): string
  /** The place of the parameter with this number, read in its type. */
  parameter(number: number, parameter: SqlParameter): string
  /** What FROM reads, with the columns that the statement needs. */
  relation(relation: Relation, columns: readonly SourceColumn[]): string
  /** What tells apart any two rows of the files, in a fixed order; empty where the format can't say. */
  filePosition(relation: Relation, table: string): readonly string[]
  /** The value of a column in its declared type, whatever type its files have. `column` is SQL. */
  columnValue(field: ColumnField, column: string): string
  /** The value of a metric: the same however the engine splits the rows. `column` is SQL. */
  metricValue(metric: MetricField, column: string): string
  /** The value of a metric for a comparison: what is equal in the file is equal here. */
  comparableMetric(metric: MetricField, value: string): string
  /**
   * The form in which a field stands in a file, in the outer SELECT. `value` and `column` are SQL of the inner one;
   * `pass` lets the inner one select a piece and gives its name in the outer.
   */
  fileForm(field: Field, value: string, column: string, pass: (sql: string) => string): string
  /** A text in a form in which case doesn't count. */
  caseless(text: string): string
  /** Matches a pattern with `%`, `_` and the escape `\`; `pattern` is SQL, `written` what the query has. */
  like(text: string, pattern: string, written: string, negated: boolean): string
}
