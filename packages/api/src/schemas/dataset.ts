import { Type, type Static } from 'typebox'

export const DatasetItem = Type.Object(
  {
    datasetName: Type.String({ description: 'The name after FROM.' }),
    selectableColumns: Type.Array(Type.String(), { description: 'Columns, in declared order.' }),
    availableMetrics: Type.Array(Type.String(), { description: 'Metrics: names that add rows up when selected.' }),
    availableDateRanges: Type.Array(Type.String(), { description: 'The words that TIMESPAN takes.' }),
    minimumRecurrenceInterval: Type.Integer({
      description: 'The shortest interval of a report on this dataset, in hours.',
    }),
  },
  { title: 'Dataset' },
)
export type DatasetItem = Static<typeof DatasetItem>
