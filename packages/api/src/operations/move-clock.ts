import { Type } from 'typebox'
import { movedClockExample } from '../examples.ts'
import { administrators, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { ClockItem, ClockMove } from '../schemas/clock.ts'
import { onceHeaders } from '../schemas/parameters.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const moveClock = {
  id: 'moveClock',
  method: 'POST',
  path: '/admin/clock',
  versions: apiVersions,
  tag: 'Administration',
  summary: 'Move the clock forward',
  description:
    'For emulators, where the setting `clock.movable` allows it. All that falls due up to then happens, in order and at its own time, before the answer, which tells what it was. Tokens and links grow old by it too.',
  roles: administrators,
  params: Type.Object({}),
  query: Type.Object({}),
  headers: onceHeaders,
  body: {
    mediaType: 'application/json',
    schema: inEveryVersion(ClockMove),
    example: inEveryVersion({ MoveTo: '2026-03-04T19:00:00Z' }),
  },
  responses: {
    200: records(inEveryVersion(ClockItem), 'Clock moved', inEveryVersion([movedClockExample])),
    ...refusals(400, 401, 403, 409, 413, 415, 422, 500),
  },
} satisfies Operation
