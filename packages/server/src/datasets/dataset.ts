import type { Dataset } from '@almanac/query'
import type { DatasetSample } from './dataset-sample.ts'

/** Where a dataset's rows are, as the catalog says it. A version that was loaded goes before all of these. */
export type DatasetSource = FileSource | DuckDbSource | TrinoSource | LoadedSource

/** Files of the datasets folder; `pattern` is a glob below it. */
export interface FileSource {
  readonly kind: 'files'
  readonly format: 'parquet' | 'csv' | 'json'
  readonly pattern: string
  /** Of a CSV file; found out if absent. */
  readonly delimiter?: string
}

/** A table of a DuckDB database file; `database` is a path below the datasets folder. */
export interface DuckDbSource {
  readonly kind: 'duckdb'
  readonly database: string
  readonly schema: string
  readonly table: string
}

/** A table, or a view, that Trino knows. */
export interface TrinoSource {
  readonly kind: 'trino'
  readonly catalog: string
  readonly schema: string
  readonly table: string
}

/** Only what is loaded. */
export interface LoadedSource {
  readonly kind: 'loaded'
}

/** A declared dataset: what the language needs of it, and what the API and the scheduler need beside that. */
export interface CatalogDataset extends Dataset {
  readonly program: string
  readonly title: string
  readonly description: string
  readonly source: DatasetSource
  readonly minimumRecurrenceIntervalHours: number
  /** How sample rows are made up; absent for a dataset that has none. */
  readonly sample?: DatasetSample
}

/** A query that ships with the catalog; every account may run and schedule it, nobody can delete it. */
export interface SystemQuery {
  /** Opaque: one documented id is no GUID. */
  readonly id: string
  readonly program: string
  readonly name: string
  readonly description: string
  readonly text: string
  readonly createdAt: number
}
