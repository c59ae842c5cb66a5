import { Type } from 'typebox'
import { auditVerdictExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { AuditVerdictItem } from '../schemas/audit.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const verifyAudit = {
  id: 'verifyAudit',
  method: 'GET',
  path: '/admin/audit/verify',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Verify the audit log',
  description: 'Reads all of it, and finds lines that were altered, are missing or are not in their places.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({
    anchor: Type.Optional(
      Type.String({ description: 'A line whose hash was noted elsewhere, as `number:hash`.', examples: ['12:9f86…'] }),
    ),
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(AuditVerdictItem), null, inEveryVersion([auditVerdictExample])),
    ...refusals(400, 401, 403, 500),
  },
} satisfies Operation
