import { Type } from 'typebox'
import { clockExample } from '../examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { ClockItem } from '../schemas/clock.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const getClock = {
  id: 'getClock',
  method: 'GET',
  path: '/admin/clock',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'What time it is',
  description:
    'What the server takes for now. On a server whose clock can be moved, every answer says so in the header `x-almanac-clock`.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(inEveryVersion(ClockItem), null, inEveryVersion([clockExample])),
    ...refusals(400, 401, 403, 500),
  },
} satisfies Operation
