import { Type } from 'typebox'
import { callbackExample } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { CallbackItem } from '../schemas/callback.ts'
import { program } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listCallbacks = {
  id: 'listCallbacks',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport/callback/{reportId}',
  versions: apiVersions,
  tag: 'Executions',
  summary: 'List callbacks',
  description:
    'What a report has told its receiver, newest first, with every attempt. Ours: the real service shows nothing of it.',
  roles: readers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({ executionId: Type.Optional(Type.String({ description: 'Only those of this execution.' })) }),
  body: null,
  responses: {
    200: records(inEveryVersion(CallbackItem), 'Callbacks fetched successfully', inEveryVersion([callbackExample])),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
