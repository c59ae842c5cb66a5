import { Type } from 'typebox'
import { clientExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { ClientItem } from '../schemas/access.ts'
import { paging } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listClients = {
  id: 'listClients',
  method: 'GET',
  path: '/admin/clients',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List clients',
  description: 'The oldest first, disabled ones too.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({
    accountId: Type.Optional(Type.String({ description: 'Only those of this account.' })),
    ...paging,
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(ClientItem), null, inEveryVersion([clientExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
