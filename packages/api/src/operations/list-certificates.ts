import { Type } from 'typebox'
import { certificateExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { CertificateItem } from '../schemas/access.ts'
import { ofClient } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listCertificates = {
  id: 'listCertificates',
  method: 'GET',
  path: '/admin/clients/{clientId}/certificates',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'List the certificates of a client',
  description: 'Those whose keys sign its assertions.',
  roles: administrators,
  params: Type.Object(ofClient),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(CertificateItem), null, inEveryVersion([certificateExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
