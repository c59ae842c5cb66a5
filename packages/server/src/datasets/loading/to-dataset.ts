import { parseMetric } from '@almanac/query'
import type { Column, Metric } from '@almanac/query'
import { invariant } from '../../kernel/invariant.ts'
import type { ColumnSample, DatasetSample } from '../dataset-sample.ts'
import type { CatalogDataset, DatasetSource } from '../dataset.ts'
import type { DeclaredColumn, DeclaredDataset, DeclaredMetric } from './declared.ts'

/** The dataset that a checked declaration stands for: defaults filled in, metrics read. */
export function toDataset(program: string, declared: DeclaredDataset): CatalogDataset {
  const { name, title, description, columns, minimumRecurrenceIntervalHours } = declared
  return {
    program,
    name,
    title,
    description,
    nameAliases: declared.nameAliases ?? [],
    columns: columns.map(toColumn),
    metrics: (declared.metrics ?? []).map((metric) => toMetric(metric, columns)),
    columnAliases: declared.columnAliases ?? {},
    dateRanges: declared.dateRanges ?? [],
    timespans: declared.timespans ?? 'rolling',
    source: toSource(declared),
    minimumRecurrenceIntervalHours,
    ...(declared.accountColumn !== undefined && { accountColumn: declared.accountColumn }),
    ...(declared.dateColumn !== undefined && { dateColumn: declared.dateColumn }),
    ...(declared.defaultDateRange !== undefined && { defaultDateRange: declared.defaultDateRange }),
    ...(declared.sample !== undefined && { sample: toSample(declared.sample.rows, columns) }),
  }
}

function toSource({ source }: DeclaredDataset): DatasetSource {
  const { format, pattern, delimiter, database, catalog, schema, table } = source
  if (format === 'loaded') return { kind: 'loaded' }
  if (format === 'duckdb') {
    invariant(database !== undefined && table !== undefined, 'the source was checked')
    return { kind: 'duckdb', database, schema: schema ?? 'main', table }
  }
  if (format === 'trino') {
    invariant(catalog !== undefined && schema !== undefined && table !== undefined, 'the source was checked')
    return { kind: 'trino', catalog, schema, table }
  }
  invariant(pattern !== undefined, 'the source was checked')
  return { kind: 'files', format, pattern, ...(delimiter !== undefined && { delimiter }) }
}

function toColumn({ name, type, description, values, booleanForms, hidden }: DeclaredColumn): Column {
  return {
    name,
    type,
    ...(description !== undefined && { description }),
    ...(values !== undefined && { values }),
    ...(booleanForms !== undefined && { booleanForms }),
    ...(hidden !== undefined && { hidden }),
  }
}

function toMetric({ name, aggregate, description }: DeclaredMetric, columns: readonly DeclaredColumn[]): Metric {
  const parsed = parseMetric(aggregate, columns)
  invariant(parsed.ok, `the metric ${name} was checked`)
  const { expression, type } = parsed
  return { name, type, expression, ...(description !== undefined && { description }) }
}

function toSample(rows: string, columns: readonly DeclaredColumn[]): DatasetSample {
  return { rows, columns: Object.fromEntries(columns.map((column) => [column.name, toColumnSample(column)])) }
}

function toColumnSample({ name, sample }: DeclaredColumn): ColumnSample {
  invariant(sample !== undefined, `the sample of ${name} was checked`)
  if (typeof sample === 'string') return { kind: 'expression', sql: sample }
  return {
    kind: 'weights',
    weights: Object.entries(sample.weights).map(([value, weight]) => ({ value, weight })),
    nullWeight: sample.nulls ?? 0,
    by: sample.by,
    salt: sample.salt ?? name,
  }
}
