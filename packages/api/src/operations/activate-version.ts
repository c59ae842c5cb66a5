import { Type } from 'typebox'
import { dataVersionExample } from '../examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { DataVersionItem } from '../schemas/data-version.ts'
import { datasetOfProgram, onceHeaders } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const activateVersion = {
  id: 'activateVersion',
  method: 'POST',
  path: '/admin/datasets/{program}/{dataset}/versions/{versionNumber}/activate',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Put a version in force again',
  description: 'After a load of the wrong file, say. Versions that came later are kept like any other.',
  roles: administrators,
  params: Type.Object({
    ...datasetOfProgram,
    versionNumber: Type.Integer({ minimum: 1, description: 'A version that is kept.' }),
  }),
  query: Type.Object({}),
  headers: onceHeaders,
  body: null,
  responses: {
    200: records(inEveryVersion(DataVersionItem), 'Version activated', inEveryVersion([dataVersionExample])),
    ...refusals(400, 401, 403, 404, 409, 422, 500),
  },
} satisfies Operation
