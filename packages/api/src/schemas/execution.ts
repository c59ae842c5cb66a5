import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { CallbackMethod, FileFormat } from './report.ts'
import { WireTime } from './wire-time.ts'

export const ExecutionStatus = Type.Union([
  Type.Literal('Pending'),
  Type.Literal('Running'),
  Type.Literal('Paused'),
  Type.Literal('Completed'),
  Type.Literal('Failed'),
])
export type ExecutionStatus = Static<typeof ExecutionStatus>

export const FailureReason = Type.Object(
  {
    code: Type.String({ description: 'Stable; made for programs.', examples: ['timeout'] }),
    message: Type.String({ description: 'For people.' }),
  },
  { title: 'FailureReason' },
)
export type FailureReason = Static<typeof FailureReason>

const base = {
  executionId: Type.String({ description: 'Opaque.' }),
  reportId: Type.String(),
  recurrenceInterval: Type.Integer({ description: 'Hours between executions; -1 for ExecuteNow.' }),
}

const run = {
  callbackUrl: nullable(Type.String()),
  callbackMethod: nullable(CallbackMethod),
  format: FileFormat,
  executionStatus: ExecutionStatus,
  failureReason: nullable(FailureReason),
  dataVersion: nullable(
    Type.String({ description: 'Which version of the dataset the file was made of, as its manifest says.' }),
  ),
  reportLocation: nullable(Type.String({ description: 'The file, for a caller with a token.' })),
  reportAccessSecureLink: nullable(
    Type.String({ description: 'The file, for whoever has the link; new at each call, good until reportExpiryTime.' }),
  ),
  reportExpiryTime: nullable(WireTime('When reportAccessSecureLink ends.')),
  reportGeneratedTime: nullable(WireTime('When the file was made.')),
}

/** An execution as v1 shows it. */
export const ExecutionV1 = Type.Object(
  {
    ...base,
    recurrenceCount: nullable(Type.Integer({ description: 'How many executions in all; `null`: without end.' })),
    ...run,
  },
  { title: 'Execution' },
)
export type ExecutionV1 = Static<typeof ExecutionV1>

/** An execution as v1.1 shows it: with what remains of its report's schedule. */
export const ExecutionV11 = Type.Object(
  {
    ...base,
    recurrenceCount: nullable(Type.Integer({ description: 'How many executions remain; `null`: without end.' })),
    totalRecurrenceCount: nullable(Type.Integer({ description: 'How many executions in all; `null`: until endTime.' })),
    nextExecutionStartTime: nullable(WireTime('The next execution; `null` when none waits.')),
    endTime: nullable(WireTime('No execution starts after it.')),
    ...run,
  },
  { title: 'Execution' },
)
export type ExecutionV11 = Static<typeof ExecutionV11>
