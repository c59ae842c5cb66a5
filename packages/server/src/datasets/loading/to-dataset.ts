import type { Column, Metric } from '@almanac/query'
import { invariant } from '../../kernel/invariant.ts'
import type { ColumnSample, DatasetSample } from '../dataset-sample.ts'
import type { CatalogDataset } from '../dataset.ts'
import type { DeclaredColumn, DeclaredDataset, DeclaredMetric } from './declared.ts'
import { metricType } from './metric-type.ts'
import { parseAggregate } from './parse-aggregate.ts'

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
    source: { kind: 'files', ...declared.source },
    minimumRecurrenceIntervalHours,
    ...(declared.accountColumn !== undefined && { accountColumn: declared.accountColumn }),
    ...(declared.dateColumn !== undefined && { dateColumn: declared.dateColumn }),
    ...(declared.defaultDateRange !== undefined && { defaultDateRange: declared.defaultDateRange }),
    ...(declared.sample !== undefined && { sample: toSample(declared.sample.rows, columns) }),
  }
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

function toMetric({ name, aggregate: text, description }: DeclaredMetric, columns: readonly DeclaredColumn[]): Metric {
  const aggregate = parseAggregate(text)
  invariant(aggregate, `the metric ${name} was checked`)
  const column = columns.find((column) => column.name.toLowerCase() === aggregate.column.toLowerCase())
  invariant(column, `the column of the metric ${name} was checked`)
  const type = metricType(aggregate.function, column.type)
  invariant(type, `the type of the metric ${name} was checked`)
  return {
    name,
    type,
    aggregate: { function: aggregate.function, column: column.name },
    ...(description !== undefined && { description }),
  }
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
