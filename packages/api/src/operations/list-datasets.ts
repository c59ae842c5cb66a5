import { Type } from 'typebox'
import { expandedDatasetExample } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { DatasetItem, ExpandedDataset } from '../schemas/dataset.ts'
import { program } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listDatasets = {
  id: 'listDatasets',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledDataset',
  versions: apiVersions,
  tag: 'Datasets',
  summary: 'List datasets',
  description:
    'The datasets of the program: columns, metrics, date ranges, shortest interval. `expand=columns` adds types, descriptions and values of the columns, how fresh the data are, and how many rows the account has.',
  roles: readers,
  params: Type.Object(program),
  query: Type.Object({
    datasetName: Type.Optional(Type.String({ description: 'Only this one.' })),
    expand: Type.Optional(Type.Literal('columns', { description: 'Describes each dataset in full.' })),
  }),
  body: null,
  responses: {
    200: records(
      inEveryVersion(Type.Union([DatasetItem, ExpandedDataset])),
      'Dataset fetched successfully',
      inEveryVersion([expandedDatasetExample]),
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
