import type { Exact } from './exact.ts'

/**
 * A value as the naive evaluator has it: text and days (`yyyy-MM-dd`) as strings; whole numbers and exact decimals as
 * `Exact`, timestamps in microseconds since 1970, both bigints; floating numbers as numbers.
 */
export type NaiveValue = string | Exact | number | boolean | null

/** A row of a dataset's source, by column name. */
export type NaiveRow = Readonly<Record<string, NaiveValue>>
