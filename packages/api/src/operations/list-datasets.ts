import { Type } from 'typebox'
import { datasetExample } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { DatasetItem } from '../schemas/dataset.ts'
import { program } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listDatasets = {
  id: 'listDatasets',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledDataset',
  versions: apiVersions,
  tag: 'Datasets',
  summary: 'List datasets',
  description: 'The datasets of the program: columns, metrics, date ranges, shortest interval.',
  roles: readers,
  params: Type.Object(program),
  query: Type.Object({ datasetName: Type.Optional(Type.String({ description: 'Only this one.' })) }),
  body: null,
  responses: {
    200: records(inEveryVersion(DatasetItem), 'Dataset fetched successfully', inEveryVersion([datasetExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
