import type { ColumnType } from '@almanac/query'
import type { YamlFile } from './read-yaml-file.ts'

// What the files of a catalog hold once their shape is checked: the TypeScript twins of the JSON Schemas in `catalog/`.

/** A file that has passed the check of its shape. */
export type DatasetFile = YamlFile & { readonly data: DeclaredDataset }

export interface DeclaredDataset {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly nameAliases?: readonly string[]
  readonly source: DeclaredSource
  readonly minimumRecurrenceIntervalHours: number
  readonly accountColumn?: string
  readonly dateColumn?: string
  readonly dateRanges?: readonly string[]
  readonly defaultDateRange?: string
  readonly timespans?: 'rolling' | 'calendar'
  readonly columns: readonly DeclaredColumn[]
  readonly metrics?: readonly DeclaredMetric[]
  readonly columnAliases?: Readonly<Record<string, string>>
  readonly sample?: { readonly rows: string }
}

/** Which of the keys there are depends on the format. */
export interface DeclaredSource {
  readonly format: 'parquet' | 'csv' | 'json' | 'duckdb' | 'trino' | 'loaded'
  readonly pattern?: string
  readonly delimiter?: string
  readonly database?: string
  readonly catalog?: string
  readonly schema?: string
  readonly table?: string
}

export interface DeclaredColumn {
  readonly name: string
  readonly type: ColumnType
  readonly description?: string
  readonly values?: readonly string[]
  readonly booleanForms?: readonly [whenFalse: string, whenTrue: string]
  readonly hidden?: boolean
  readonly sample?: string | DeclaredWeights
}

export interface DeclaredWeights {
  readonly weights: Readonly<Record<string, number>>
  readonly nulls?: number
  readonly by: string
  readonly salt?: string
}

export interface DeclaredMetric {
  readonly name: string
  readonly aggregate: string
  readonly description?: string
}

export interface DeclaredSystemQueries {
  readonly queries: readonly {
    readonly id: string
    readonly name: string
    readonly description?: string
    readonly text: string
    readonly createdAt: string
  }[]
}
