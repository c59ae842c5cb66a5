import type { DialectName, SqlParameter } from '../compiled-query.ts'
import type { ColumnType, Relation } from '../dataset.ts'
import type { ColumnField } from '../plan/field.ts'

/** A column that a statement reads. */
export interface SourceColumn {
  readonly name: string
  readonly type: ColumnType
}

/** Whole numbers of up to 38 digits, or floating ones. */
export type NumberDomain = 'whole' | 'floating'

/**
 * What differs from engine to engine, as pieces of SQL. Everything else (what is selected, filtered, grouped and
 * ordered, how metrics are worked out, and in which order the clauses stand) is the same for all and stands beside this
 * file. What is done by an expression stands for a value in the inner SELECT, what ends in `Form` in the outer one.
 */
export interface Dialect {
  readonly name: DialectName
  quoteName(name: string): string
  /** A value of the query: the place of the parameter that `bind` gives the number of, or a literal. */
  parameter(parameter: SqlParameter, bind: () => number): string
  /** What FROM reads, with the columns that the statement needs. */
  relation(relation: Relation, columns: readonly SourceColumn[]): string
  /** Whether rows come in the order in which the source has them, where nothing asks for another. */
  keepsOrder(relation: Relation): boolean
  /** Whether all rows of a source without an order may come in any, where neither ORDER BY nor LIMIT asks for one. */
  readonly leavesOrder: boolean
  /** The largest LIMIT of an ordered statement. Without one that is larger, all rows come: as many as nobody orders. */
  readonly largestLimit: number
  /** What tells apart any two rows of the source, in its order; empty where the format can't say. */
  filePosition(relation: Relation, table: string): readonly string[]
  /** Whose a row is: the text of its account column, which is an account's id to the letter. NULL: nobody's. */
  owner(column: string): string
  /** Whether a row is of an account, by the same text. */
  isOfAccount(column: string, accountId: string): string
  /** Whether it is of one of several. One whose id is no value of the column's type must not fail for all. */
  isOfAccounts(column: string, accountIds: readonly string[]): string
  /** The value of a column in its declared type, whatever type its files have. */
  columnValue(field: ColumnField, column: string): string
  /** A number, or NULL for what is none (NaN, infinity). */
  finite(number: string): string
  /** Whether a number has a floating type, which only the engine knows. */
  isFloating(number: string): string
  /** Whether a number has a type so wide that a sum of some might not fit into any. */
  isWide(number: string): string
  /** A number as arithmetic takes it. */
  numberIn(domain: NumberDomain, sql: string): string
  /** A whole number as a sum takes it, so that the sum fits. */
  wholeAddend(number: string): string
  /** The decimal that a floating number stands for, which a sum takes. */
  decimalOf(number: string): string
  /** The mean of exact numbers, as a double. */
  mean(addend: string): string
  /** The form in which a column stands in a file. */
  columnForm(field: ColumnField, value: string): string
  wholeForm(number: string): string
  /** Without an exponent, and without zeros that carry nothing. */
  numberForm(number: string): string
  /** The same for the text of an exact number. */
  exactForm(text: string): string
  /** Whether a value is one of a list, which isn't empty; NULL is neither in it nor not. */
  isOneOf(value: string, list: readonly string[], negated: boolean): string
  /** A text in a form in which case doesn't count. */
  caseless(text: string): string
  /** Matches a pattern with `%`, `_` and the escape `\`; `pattern` is SQL, `written` what the query has. */
  like(text: string, pattern: string, written: string, negated: boolean): string
}
