import type { AggregateFunction, ColumnType } from '../dataset.ts'
import { sumType, tooLarge } from './decimal-of.ts'
import type { Dialect } from './dialect.ts'

/** What an aggregate is taken of. */
export interface AggregateArgument {
  /** A decimal may be none (NaN, infinity), which counts as absent. */
  readonly sql: string
  readonly type: ColumnType
  /** Whether it is a column, in the type that its files have, or worked out of several in the domain of its type. */
  readonly isColumn: boolean
  /** For whole numbers that are multiplied, a bound of their size. */
  readonly size: string | null
}

/** An aggregate over the rows of a group: the same however an engine splits them. `null`: of every row. */
export function compileAggregate(
  name: AggregateFunction,
  argument: AggregateArgument | null,
  dialect: Dialect,
): string {
  return argument === null ? 'count(*)' : aggregates[name](argument, dialect)
}

const aggregates: Record<AggregateFunction, (argument: AggregateArgument, dialect: Dialect) => string> = {
  count: (argument, dialect) => `count(${present(argument, dialect)})`,
  countDistinct: (argument, dialect) => `count(DISTINCT ${present(argument, dialect)})`,
  min: (argument, dialect) => `min(${present(argument, dialect)})`,
  max: (argument, dialect) => `max(${present(argument, dialect)})`,
  sum: (argument, dialect) => {
    if (isOfKnownType(argument)) return unlessTooLarge(`sum(${addend(argument, dialect)})`, argument, dialect)
    const { floating, exact } = columnAddends(argument, dialect)
    return unlessTooLarge(`coalesce(sum(${floating}), TRY_CAST(sum(${exact}) AS ${sumType}))`, argument, dialect)
  },
  avg: (argument, dialect) => {
    if (isOfKnownType(argument)) return unlessTooLarge(dialect.mean(addend(argument, dialect)), argument, dialect)
    const { floating, exact } = columnAddends(argument, dialect)
    return unlessTooLarge(`coalesce(${dialect.mean(floating)}, ${dialect.mean(exact)})`, argument, dialect)
  },
}

/**
 * The sum over a column of decimals, with all places of its own where the value of the metric has twelve: one of the two
 * is NULL.
 */
export function sumsOfColumn(argument: AggregateArgument, dialect: Dialect): readonly string[] {
  const { floating, exact } = columnAddends(argument, dialect)
  return [floating, exact].map((addend) => unlessTooLarge(`sum(${addend})`, argument, dialect))
}

/** Of a column of decimals only the engine knows whether it is exact or floating. */
function isOfKnownType({ type, isColumn }: AggregateArgument): boolean {
  return type === 'integer' || !isColumn
}

/** What a sum takes of whole numbers, or of what is worked out. */
function addend({ sql, type }: AggregateArgument, dialect: Dialect): string {
  return type === 'integer' ? dialect.wholeAddend(sql) : dialect.decimalOf(sql)
}

/**
 * What a sum takes of a column of numbers: exact ones as they are, floating ones as the decimals that they stand for. One
 * of the two is NULL throughout. DuckDB knows which when it plans, so the other costs nothing.
 */
function columnAddends(
  { sql }: AggregateArgument,
  dialect: Dialect,
): { readonly floating: string; readonly exact: string } {
  const isFloating = dialect.isFloating(sql)
  const isLeftOut = `${isFloating} OR ${dialect.isWide(sql)} AND ${size(sql)} >= ${tooLarge}`
  return {
    floating: `CASE WHEN ${isFloating} THEN ${dialect.decimalOf(sql)} END`,
    exact: `CASE WHEN ${isLeftOut} THEN NULL ELSE ${sql} END`,
  }
}

/**
 * Whether a number of the group is too large to be added up. A sum without it would be wrong, and with it the engine might
 * fail: it has no value. `null` where none can be.
 */
function isAnyTooLarge(argument: AggregateArgument, dialect: Dialect): string | null {
  const { sql, type, isColumn } = argument
  if (type === 'integer') return argument.size && `bool_or(${argument.size} >= ${tooLargeProduct})`
  const isTooLarge = `${size(sql)} BETWEEN ${tooLarge} AND ${largestDouble}`
  if (!isColumn) return `bool_or(${isTooLarge})`
  return `bool_or(CASE WHEN ${dialect.isFloating(sql)} OR ${dialect.isWide(sql)} THEN ${isTooLarge} END)`
}

/** As `tooLarge`, for whole numbers out of a multiplication. */
export const tooLargeProduct = '1E30'

// Infinity is larger, and NaN as well to some engines.
const largestDouble = '1.7976931348623157E308'

function unlessTooLarge(value: string, argument: AggregateArgument, dialect: Dialect): string {
  const condition = isAnyTooLarge(argument, dialect)
  return condition === null ? value : `CASE WHEN ${condition} THEN NULL ELSE ${value} END`
}

function present({ sql, type }: AggregateArgument, dialect: Dialect): string {
  return type === 'decimal' ? dialect.finite(sql) : sql
}

/** As a double: an engine's own `abs` fails for the smallest whole number. */
function size(sql: string): string {
  return `abs(CAST(${sql} AS DOUBLE))`
}
