export type {
  AggregateFunction,
  Column,
  ColumnType,
  Dataset,
  DuckDbRelation,
  FileRelation,
  Metric,
  Relation,
  Spelling,
  Spellings,
  TrinoRelation,
} from './dataset.ts'
export type {
  CompiledQuery,
  CompiledTogether,
  DialectName,
  QueryWindow,
  ResultColumn,
  SqlParameter,
} from './compiled-query.ts'
export type { Diagnostic, Position } from './diagnostic.ts'
export type { DiagnosticCode, DiagnosticData } from './diagnostic-codes.ts'
export { checkQuery } from './check-query.ts'
export type { CheckedQuery, CheckResult, QuerySchema } from './check-query.ts'
export { defaultBooleanForms } from './dataset.ts'
export { defaultRangeOf } from './check/timespan.ts'
export { completeQuery } from './complete/complete-query.ts'
export type { Completion, CompletionItem, CompletionKind } from './complete/completion.ts'
export { compileCount } from './compile-count.ts'
export { compileQuery, relationRead } from './compile-query.ts'
export type { QueryRun } from './compile-query.ts'
export { compileTogether } from './compile-together.ts'
export type { QueryRuns } from './compile-together.ts'
export type { Dialect } from './compile/dialect.ts'
export { duckdb } from './compile/duckdb.ts'
export { trino } from './compile/trino.ts'
export { describeQuery } from './describe/describe-query.ts'
export type { DescribedRun } from './describe/describe-query.ts'
export type {
  DescribedColumn,
  DescribedOrder,
  DescribedWindow,
  QueryDescription,
} from './describe/query-description.ts'
export { formatQuery } from './format/format-query.ts'
export type { FormatResult } from './format/format-query.ts'
export type { Profile } from './profile.ts'
export { nearestName } from './nearest-name.ts'
export { partitionsOf } from './partition.ts'
export type { Partition } from './partition.ts'
export { parseDateRange } from './plan/date-range.ts'
export type { DateRange } from './plan/date-range.ts'
export type { RequestedWindow } from './plan/window.ts'
export { parseQuery } from './syntax/parse-query.ts'
export type { ParseResult } from './syntax/parse-query.ts'
export { printQuery } from './syntax/print-query.ts'
export type { QueryTree } from './syntax/tree.ts'
export { aggregateFunctions } from './metric/metric-parser.ts'
export type { MetricExpression } from './metric/metric-expression.ts'
export { parseMetric } from './metric/parse-metric.ts'
export type { MetricResult } from './metric/parse-metric.ts'
