import { duckdb } from '@almanac/query'
import type { Dialect } from '@almanac/query'

/**
 * DuckDB over rows that have no place, as those of Trino have none: what an ORDER BY leaves equal comes in the order of what
 * is selected, and what nobody orders in any.
 */
export const placeless: Dialect = { ...duckdb, keepsOrder: () => false, leavesOrder: true, filePosition: () => [] }
