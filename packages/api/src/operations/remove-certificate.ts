import { Type } from 'typebox'
import { certificateExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { CertificateItem } from '../schemas/access.ts'
import { ofCertificate } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const removeCertificate = {
  id: 'removeCertificate',
  method: 'DELETE',
  path: '/admin/clients/{clientId}/certificates/{thumbprint}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Refuse what the key of a certificate signs',
  description: 'From now on. Gives it as it was.',
  roles: administrators,
  params: Type.Object(ofCertificate),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(CertificateItem), 'Certificate removed', inEveryVersion([certificateExample])),
    ...refusals(400, 401, 403, 404, 409, 500),
  },
} satisfies Operation
