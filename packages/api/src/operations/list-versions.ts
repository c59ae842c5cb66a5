import { Type } from 'typebox'
import { dataVersionExample } from '../examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { DataVersionItem } from '../schemas/data-version.ts'
import { datasetOfProgram } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listVersions = {
  id: 'listVersions',
  method: 'GET',
  path: '/admin/datasets/{program}/{dataset}/versions',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List the loaded versions of a dataset',
  description: 'Those that are kept, newest first; none for a dataset that was never loaded.',
  roles: administrators,
  params: Type.Object(datasetOfProgram),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(DataVersionItem), null, inEveryVersion([dataVersionExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
