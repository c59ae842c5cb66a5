export type { AggregateFunction, Column, ColumnType, Dataset, Metric, Relation } from './dataset.ts'
export type { CompiledQuery, QueryWindow, ResultColumn, SqlParameter } from './compiled-query.ts'
export type { Diagnostic, Position } from './diagnostic.ts'
