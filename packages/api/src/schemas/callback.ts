import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { CallbackMethod } from './report.ts'
import { WireTime } from './wire-time.ts'

/** A callback that a report has owed, with what came of it. */
export const CallbackItem = Type.Object(
  {
    callbackId: Type.String({ description: 'Sent as `webhook-id`, the same on every attempt.' }),
    reportId: Type.String(),
    executionId: Type.String(),
    callbackUrl: Type.String(),
    callbackMethod: CallbackMethod,
    callbackStatus: Type.Union([Type.Literal('Waiting'), Type.Literal('Delivered'), Type.Literal('Failed')]),
    createdTime: WireTime('When it came to be owed.'),
    nextAttemptTime: nullable(WireTime('When it is sent next; `null` when it is done.')),
    attempts: Type.Array(
      Type.Object({
        startedTime: WireTime('When it was sent.'),
        durationMs: Type.Integer(),
        responseStatus: nullable(
          Type.Integer({ description: 'What the receiver answered; `null` when nothing came.' }),
        ),
        error: nullable(Type.String({ description: 'Why it failed; `null` on success.' })),
      }),
      { description: 'Oldest first.' },
    ),
  },
  { title: 'Callback' },
)
export type CallbackItem = Static<typeof CallbackItem>
