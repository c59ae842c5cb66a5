import { Type } from 'typebox'
import { callbackExample } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { CallbackItem } from '../schemas/callback.ts'
import { onceHeaders, program } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const sendCallbackAgain = {
  id: 'sendCallbackAgain',
  method: 'POST',
  path: '/insights/{version}/{program}/ScheduledReport/callback/{callbackId}/send',
  versions: apiVersions,
  tag: 'Executions',
  summary: 'Send a callback again',
  description: 'Once more, now: the same bytes under the same `webhook-id`.',
  roles: writers,
  params: Type.Object({ ...program, callbackId: Type.String() }),
  query: Type.Object({}),
  headers: onceHeaders,
  body: null,
  responses: {
    200: records(inEveryVersion(CallbackItem), 'Callback will be sent', inEveryVersion([callbackExample])),
    ...refusals(400, 401, 403, 404, 409, 422, 500),
  },
} satisfies Operation
