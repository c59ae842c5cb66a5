import { Type } from 'typebox'
import { dataVersionExample } from '../examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { DataVersionItem, FileKind, LoadMode } from '../schemas/data-version.ts'
import { datasetOfProgram, onceHeaders } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const loadDataset = {
  id: 'loadDataset',
  method: 'POST',
  path: '/admin/datasets/{program}/{dataset}/versions',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Load a new version of a dataset',
  description:
    'The body is the file. Each value is checked against the dataset; when one is wrong nothing changes, and `error.details` says which rows and columns. Queries read the new version from the answer on; runs that have begun finish on the version that they began with.',
  roles: administrators,
  params: Type.Object(datasetOfProgram),
  query: Type.Object({
    mode: Type.Optional(LoadMode),
    format: Type.Optional(FileKind),
    fileName: Type.Optional(Type.String({ description: 'What messages call the file.' })),
    ignoreExtraColumns: Type.Optional(
      Type.Boolean({ default: false, description: 'Pass over columns that the dataset does not have.' }),
    ),
    allowNoRows: Type.Optional(Type.Boolean({ default: false, description: 'Take a file without rows.' })),
    dryRun: Type.Optional(Type.Boolean({ default: false, description: 'Check the file, and change nothing.' })),
  }),
  headers: onceHeaders,
  body: {
    mediaTypes: [
      'text/csv',
      'text/tab-separated-values',
      'application/json',
      'application/x-ndjson',
      'application/vnd.apache.parquet',
      'application/octet-stream',
    ],
    description:
      'The file, as it is or with `Content-Encoding: gzip`. `format` says what it is where the media type does not.',
  },
  responses: {
    200: records(inEveryVersion(DataVersionItem), 'Dataset loaded', inEveryVersion([dataVersionExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422, 500),
  },
} satisfies Operation
