import { Type } from 'typebox'
import { accountExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AccountFields, AccountItem } from '../schemas/access.ts'
import { ofAccount } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const putAccount = {
  id: 'putAccount',
  method: 'PUT',
  path: '/admin/accounts/{accountId}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Make an account known, rename, disable or enable it',
  description:
    'May be sent again at will. Disabled, its clients are let in no more, its links are dead, its executions fail when they fall due and its callbacks end; its reports stay, and go on when it is enabled.',
  roles: administrators,
  params: Type.Object(ofAccount),
  query: Type.Object({}),
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(AccountFields),
    example: inEveryVersion({ Name: 'Contoso Ltd', Disabled: false }),
  },
  responses: {
    200: records(inEveryVersion(AccountItem), 'Account is known', inEveryVersion([accountExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 500),
  },
} satisfies Operation
