import { Type } from 'typebox'
import { accountExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AccountItem } from '../schemas/access.ts'
import { ofAccount } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const getAccount = {
  id: 'getAccount',
  method: 'GET',
  path: '/admin/accounts/{accountId}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Look at an account',
  description: 'Its clients are in the list of clients, by `accountId`.',
  roles: administrators,
  params: Type.Object(ofAccount),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(AccountItem), null, inEveryVersion([accountExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
