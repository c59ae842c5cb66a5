import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

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

const DatasetColumn = Type.Object(
  {
    name: Type.String(),
    type: Type.Union([
      Type.Literal('string'),
      Type.Literal('integer'),
      Type.Literal('decimal'),
      Type.Literal('boolean'),
      Type.Literal('date'),
      Type.Literal('timestamp'),
    ]),
    description: nullable(Type.String()),
    values: nullable(Type.Array(Type.String(), { description: 'The documented values; others may occur.' })),
    booleanForms: nullable(
      Type.Array(Type.String(), { description: 'How a boolean is written, in queries and files: false, then true.' }),
    ),
  },
  { title: 'DatasetColumn' },
)

const DatasetMetric = Type.Object(
  {
    name: Type.String(),
    type: Type.Union([Type.Literal('integer'), Type.Literal('decimal')]),
    description: nullable(Type.String()),
  },
  { title: 'DatasetMetric' },
)

/** A dataset with its columns in full and what is known of its rows: `expand=columns`. */
export const ExpandedDataset = Type.Object(
  {
    ...DatasetItem.properties,
    title: Type.String({ description: 'A name for people.' }),
    description: Type.String(),
    columns: Type.Array(DatasetColumn, { description: 'The selectable columns, in declared order.' }),
    metrics: Type.Array(DatasetMetric, { description: 'The available metrics, in declared order.' }),
    dateColumn: nullable(Type.String({ description: 'What TIMESPAN filters; `null` if it is not listed.' })),
    defaultDateRange: nullable(Type.String({ description: 'What a query without TIMESPAN covers.' })),
    dataVersion: nullable(
      Type.String({
        description: 'Changes when the rows of the dataset do; `null` when it has no data, and for a table of Trino.',
      }),
    ),
    dataVersionTime: nullable(WireTime('When the data came to be as they are.')),
    rowCount: nullable(
      Type.Integer({
        description: "The account's own rows, of all times; `null` when they could not be counted at once.",
      }),
    ),
  },
  { title: 'ExpandedDataset' },
)
export type ExpandedDataset = Static<typeof ExpandedDataset>
