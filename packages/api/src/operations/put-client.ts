import { Type } from 'typebox'
import { putClientExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { ClientFields, PutClientItem } from '../schemas/access.ts'
import { ofClient } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const putClient = {
  id: 'putClient',
  method: 'PUT',
  path: '/admin/clients/{clientId}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Register a client, or change its name, roles and standing',
  description:
    "May be sent again at will. The id is the caller's choice: letters, digits, `.`, `_` and `-`, at most 100. A new client has nothing to prove itself by yet: add a secret or a certificate.",
  roles: administrators,
  params: Type.Object(ofClient),
  query: Type.Object({}),
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(ClientFields),
    example: inEveryVersion({ AccountId: 'contoso', Name: 'importer', Roles: ['Reports.ReadWrite'] }),
  },
  responses: {
    200: records(inEveryVersion(PutClientItem), 'Client is registered', inEveryVersion([putClientExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 500),
  },
} satisfies Operation
