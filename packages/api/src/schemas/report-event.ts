import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

const ReportEventKind = Type.Union([
  Type.Literal('created'),
  Type.Literal('updated'),
  Type.Literal('paused'),
  Type.Literal('resumed'),
  Type.Literal('started'),
  Type.Literal('handed_back'),
  Type.Literal('try_failed'),
  Type.Literal('completed'),
  Type.Literal('failed'),
  Type.Literal('callback_sent_again'),
])

/** Something that happened to a report. */
export const ReportEventItem = Type.Object(
  {
    time: WireTime('When it happened.'),
    event: ReportEventKind,
    executionId: nullable(Type.String({ description: '`null` for what concerns no single execution.' })),
    scheduledTime: nullable(WireTime('The reference time of an execution that started.')),
    detail: nullable(Type.String({ description: 'More, where there is more to say.' })),
  },
  { title: 'ReportEvent' },
)
export type ReportEventItem = Static<typeof ReportEventItem>
