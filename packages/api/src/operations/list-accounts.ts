import { Type } from 'typebox'
import { accountExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AccountItem } from '../schemas/access.ts'
import { paging } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listAccounts = {
  id: 'listAccounts',
  method: 'GET',
  path: '/admin/accounts',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List the accounts',
  description: 'The oldest first.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object(paging),
  body: null,
  responses: {
    200: records(inEveryVersion(AccountItem), null, inEveryVersion([accountExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
