import type { Relation } from '../dataset.ts'
import type { Dialect } from './dialect.ts'
import { duckdb } from './duckdb.ts'
import { trino } from './trino.ts'

const dialects: Record<Relation['kind'], Dialect> = { files: duckdb, duckdb, trino }

/** The dialect of the engine that can read a relation. */
export function dialectOf({ kind }: Relation): Dialect {
  return dialects[kind]
}
