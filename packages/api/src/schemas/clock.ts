import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

const HappeningKind = Type.Union([
  Type.Literal('execution_completed'),
  Type.Literal('execution_failed'),
  Type.Literal('execution_retried'),
  Type.Literal('callback_delivered'),
  Type.Literal('callback_retried'),
  Type.Literal('callback_failed'),
])

const count = Type.Integer({ minimum: 0 })

/** The server's clock, and what happened while it was moved. */
export const ClockItem = Type.Object(
  {
    time: WireTime('What the server takes for now.'),
    machineTime: WireTime('What its machine says.'),
    movable: Type.Boolean({ description: 'Whether the setting `clock.movable` lets it be moved.' }),
    previousTime: nullable(WireTime('Where a move began; `null` when nothing was moved.')),
    counts: Type.Object(
      {
        execution_completed: count,
        execution_failed: count,
        execution_retried: count,
        callback_delivered: count,
        callback_retried: count,
        callback_failed: count,
      },
      { description: 'How often each thing happened on the way.' },
    ),
    happenings: Type.Array(
      Type.Object({
        time: WireTime('When it happened.'),
        kind: HappeningKind,
        reportId: Type.String(),
        executionId: Type.String(),
        scheduledTime: nullable(WireTime('The reference time of the execution.')),
        detail: Type.String({ description: 'The rows of the file, why it failed, or what the receiver answered.' }),
      }),
      { description: 'In order; the first 1,000.' },
    ),
  },
  { title: 'Clock' },
)
export type ClockItem = Static<typeof ClockItem>

/** How far to move the clock: to an instant, or by a number of seconds. */
export const ClockMove = Type.Object(
  {
    MoveTo: Type.Optional(nullable(WireTime('The instant to move to.'))),
    MoveBySeconds: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: 3_155_760_000, description: 'At most a century.' })),
    ),
  },
  { title: 'ClockMove' },
)
export type ClockMove = Static<typeof ClockMove>
