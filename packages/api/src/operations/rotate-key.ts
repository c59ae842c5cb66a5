import { Type } from 'typebox'
import { keyExample } from '../access-examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { KeyItem, KeyPurpose, KeyRotation } from '../schemas/access.ts'
import { onceHeaders } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const rotateKey = {
  id: 'rotateKey',
  method: 'POST',
  path: '/admin/keys/{purpose}/rotate',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Put a new key in place',
  description:
    'Without `AtOnce` nothing that is valid is refused: the new key signs when every server knows it, and the old ones are accepted until what they signed has ended.',
  roles: administrators,
  params: Type.Object({ purpose: KeyPurpose }),
  query: Type.Object({}),
  headers: onceHeaders,
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(KeyRotation),
    example: inEveryVersion({ AtOnce: false }),
  },
  responses: {
    200: records(inEveryVersion(KeyItem), 'Key rotated', inEveryVersion([keyExample])),
    ...refusals(400, 401, 403, 409, 413, 415, 422, 500),
  },
} satisfies Operation
