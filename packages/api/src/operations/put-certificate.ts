import { Type } from 'typebox'
import { certificateExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { CertificateItem, NewCertificate } from '../schemas/access.ts'
import { ofCertificate } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const putCertificate = {
  id: 'putCertificate',
  method: 'PUT',
  path: '/admin/clients/{clientId}/certificates/{thumbprint}',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Register a certificate of a client',
  description: 'May be sent again at will. A client has at most four that have not expired.',
  roles: administrators,
  params: Type.Object(ofCertificate),
  query: Type.Object({}),
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(NewCertificate),
    example: inEveryVersion({ Certificate: '-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----' }),
  },
  responses: {
    200: records(inEveryVersion(CertificateItem), 'Certificate is registered', inEveryVersion([certificateExample])),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 500),
  },
} satisfies Operation
