import type { DatasetItem, ExpandedDataset } from '@almanac/api'
import { defaultBooleanForms, defaultRangeOf } from '@almanac/query'
import type { Column } from '@almanac/query'
import type { CatalogDataset } from '../../datasets/dataset.ts'
import type { DescribedDataset } from '../../datasets/describe-datasets.ts'
import { toWireTime } from '../../kernel/hours.ts'

type ColumnItem = ExpandedDataset['columns'][number]

/** A dataset as both versions show it. Hidden columns and aliases are not listed. */
export function datasetItem(dataset: CatalogDataset): DatasetItem {
  return {
    datasetName: dataset.name,
    selectableColumns: visibleColumns(dataset).map((column) => column.name),
    availableMetrics: dataset.metrics.map((metric) => metric.name),
    availableDateRanges: [...dataset.dateRanges],
    minimumRecurrenceInterval: dataset.minimumRecurrenceIntervalHours,
  }
}

/** A dataset with all that a query's author wants to know of it. Nothing hidden here either. */
export function expandedDatasetItem({ dataset, version, rowCount }: DescribedDataset): ExpandedDataset {
  const columns = visibleColumns(dataset)
  return {
    ...datasetItem(dataset),
    title: dataset.title,
    description: dataset.description,
    columns: columns.map(columnItem),
    metrics: dataset.metrics.map(({ name, type, description }) => ({ name, type, description: description ?? null })),
    dateColumn: columns.find(({ name }) => name === dataset.dateColumn)?.name ?? null,
    defaultDateRange: defaultRangeOf(dataset),
    dataVersion: version?.id ?? null,
    dataVersionTime: version?.createdAt == null ? null : toWireTime(version.createdAt),
    rowCount,
  }
}

function visibleColumns({ columns }: CatalogDataset): readonly Column[] {
  return columns.filter((column) => column.hidden !== true)
}

function columnItem({ name, type, description, values, booleanForms }: Column): ColumnItem {
  return {
    name,
    type,
    description: description ?? null,
    values: values === undefined ? null : [...values],
    booleanForms: type === 'boolean' ? [...(booleanForms ?? defaultBooleanForms)] : null,
  }
}
