import { Type } from 'typebox'
import { keyExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { KeyItem } from '../schemas/access.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listKeys = {
  id: 'listKeys',
  method: 'GET',
  path: '/admin/keys',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List the keys that sign tokens and links',
  description: 'What they are stays in the data folder.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(KeyItem), null, inEveryVersion([keyExample])),
    ...refusals(400, 401, 403, 500),
  },
} satisfies Operation
