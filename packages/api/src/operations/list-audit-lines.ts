import { Type } from 'typebox'
import { auditExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AuditItem } from '../schemas/audit.ts'
import { paging } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listAuditLines = {
  id: 'listAuditLines',
  method: 'GET',
  path: '/admin/audit',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Read the audit log',
  description:
    'Who did what to which object, from where; in order. The hash of a line is over its entry with sorted keys and no blanks, as the export has it.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({
    fromNumber: Type.Optional(Type.Integer({ minimum: 1, description: 'The first line that is wanted.' })),
    ...paging,
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(AuditItem), null, inEveryVersion([auditExample])),
    ...refusals(400, 401, 403, 500),
  },
} satisfies Operation
