import type { DatasetItem } from '@almanac/api'
import type { CatalogDataset } from '../../datasets/dataset.ts'

/** A dataset as both versions show it. Hidden columns and aliases are not listed. */
export function datasetItem(dataset: CatalogDataset): DatasetItem {
  return {
    datasetName: dataset.name,
    selectableColumns: dataset.columns.filter((column) => column.hidden !== true).map((column) => column.name),
    availableMetrics: dataset.metrics.map((metric) => metric.name),
    availableDateRanges: [...dataset.dateRanges],
    minimumRecurrenceInterval: dataset.minimumRecurrenceIntervalHours,
  }
}
