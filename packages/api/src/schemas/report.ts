import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'
import { WireTime } from './wire-time.ts'

export const FileFormat = Type.Union([Type.Literal('csv'), Type.Literal('tsv')])
export const CallbackMethod = Type.Union([Type.Literal('GET'), Type.Literal('POST')])
export const CallbackOn = Type.Union([Type.Literal('Completed'), Type.Literal('Ended')])
const NeutralizeFormulas = Type.Boolean({
  description:
    'Ours. Texts that begin with `=`, `+`, `-`, `@`, a tab or a line end get an apostrophe before them, so that no spreadsheet runs them. For files that people open; programs want the texts as they are (default: `false`).',
})
export const ReportStatus = Type.Union([Type.Literal('Active'), Type.Literal('Paused'), Type.Literal('Inactive')])

const identity = {
  reportId: Type.String({ description: 'Opaque.' }),
  reportName: Type.String(),
  description: nullable(Type.String()),
  queryId: Type.String(),
  query: Type.String({ description: "The report's own copy of the query text." }),
  user: Type.String({ description: 'The client that made it.' }),
  createdTime: WireTime('When it was created.'),
  modifiedTime: nullable(WireTime('When it was last changed.')),
}

const schedule = {
  startTime: WireTime('The first execution.'),
  reportStatus: ReportStatus,
  recurrenceInterval: Type.Integer({ description: 'Hours between executions; -1 for ExecuteNow.' }),
}

const target = {
  callbackUrl: nullable(Type.String({ description: 'Called when a file is ready.' })),
  format: FileFormat,
}

/** A report as v1 shows it. */
export const ReportV1 = Type.Object(
  {
    ...identity,
    ...schedule,
    recurrenceCount: nullable(Type.Integer({ description: 'How many executions in all; `null`: without end.' })),
    ...target,
  },
  { title: 'Report' },
)
export type ReportV1 = Static<typeof ReportV1>

/** A report as v1.1 shows it: what remains of its schedule, and how a one-off run was asked for. */
export const ReportV11 = Type.Object(
  {
    ...identity,
    executeNow: Type.Boolean(),
    queryStartTime: nullable(WireTime('First instant of the rows of an ExecuteNow report.')),
    queryEndTime: nullable(WireTime('End, not included, of the rows of an ExecuteNow report.')),
    ...schedule,
    recurrenceCount: nullable(Type.Integer({ description: 'How many executions remain; `null`: without end.' })),
    totalRecurrenceCount: nullable(Type.Integer({ description: 'How many executions in all; `null`: until endTime.' })),
    nextExecutionStartTime: nullable(WireTime('The next execution; `null` when none waits.')),
    endTime: nullable(WireTime('No execution starts after it.')),
    ...target,
    callbackMethod: nullable(CallbackMethod),
    callbackOn: nullable({ ...CallbackOn, description: 'Ours: whether failures are told too.' }),
    neutralizeFormulas: Type.Boolean({ description: 'Ours: whether texts that a spreadsheet would run are disarmed.' }),
  },
  { title: 'Report' },
)
export type ReportV11 = Static<typeof ReportV11>

const InstantText = (description: string) =>
  Type.String({ description: `${description} UTC, \`yyyy-MM-ddTHH:mm:ssZ\`.`, examples: ['2024-01-06T19:00:00Z'] })

const newReport = {
  ReportName: Type.String({ description: 'At most 256 characters, no `;`.' }),
  Description: Type.Optional(nullable(Type.String({ description: 'At most 256 characters.' }))),
  QueryId: Type.String({ description: 'A saved query of the account or a system query.' }),
  StartTime: Type.Optional(
    nullable(InstantText('The first execution. Mandatory, except with ExecuteNow, which ignores it.')),
  ),
  ExecuteNow: Type.Optional(
    nullable(Type.Boolean({ description: 'Run once, now; StartTime, interval, count and EndTime are ignored.' })),
  ),
  QueryStartTime: Type.Optional(
    nullable(InstantText("With ExecuteNow only: replaces the query's TIMESPAN, first instant.")),
  ),
  QueryEndTime: Type.Optional(
    nullable(InstantText("With ExecuteNow only: replaces the query's TIMESPAN, end (not included).")),
  ),
  Format: Type.Optional(nullable(FileFormat)),
  CallbackUrl: Type.Optional(nullable(Type.String({ description: 'Called when a file is ready.' }))),
  CallbackMethod: Type.Optional(nullable(CallbackMethod)),
  CallbackOn: Type.Optional(
    nullable({
      ...CallbackOn,
      description: 'Ours. `Completed` (default): when a file is ready. `Ended`: when a run fails, too.',
    }),
  ),
  NeutralizeFormulas: Type.Optional(nullable(NeutralizeFormulas)),
}

/** A report to be created, v1: without RecurrenceCount it runs without end. */
export const NewReportV1 = Type.Object(
  {
    ...newReport,
    RecurrenceInterval: Type.Optional(
      nullable(Type.Integer({ description: 'Hours between executions, from 4. Mandatory, except with ExecuteNow.' })),
    ),
    RecurrenceCount: Type.Optional(
      nullable(Type.Integer({ description: 'How many executions; without it, they go on without end.' })),
    ),
  },
  { title: 'NewReport' },
)
export type NewReportV1 = Static<typeof NewReportV1>

/** A report to be created, v1.1: with EndTime, or with interval and count; with both, whichever ends first. */
export const NewReportV11 = Type.Object(
  {
    ...newReport,
    RecurrenceInterval: Type.Optional(
      nullable(
        Type.Integer({ description: 'Hours between executions, 1 to 17520. Mandatory, except with ExecuteNow.' }),
      ),
    ),
    RecurrenceCount: Type.Optional(
      nullable(Type.Integer({ description: 'How many executions. Mandatory unless EndTime is given.' })),
    ),
    EndTime: Type.Optional(
      nullable(InstantText('No execution starts after it. Mandatory unless RecurrenceCount is given.')),
    ),
  },
  { title: 'NewReport' },
)
export type NewReportV11 = Static<typeof NewReportV11>

const reportUpdate = {
  ReportName: Type.Optional(nullable(Type.String({ description: 'At most 256 characters, no `;`.' }))),
  Description: Type.Optional(nullable(Type.String({ description: 'At most 256 characters; `null` removes it.' }))),
  StartTime: Type.Optional(nullable(InstantText('Another one begins a new grid of executions.'))),
  RecurrenceInterval: Type.Optional(
    nullable(Type.Integer({ description: 'Hours between executions. Another one begins a new grid.' })),
  ),
  RecurrenceCount: Type.Optional(
    nullable(
      Type.Integer({ description: 'How many executions. Another one begins a new grid; `null` removes the limit.' }),
    ),
  ),
  Format: Type.Optional(nullable(FileFormat)),
  CallbackUrl: Type.Optional(nullable(Type.String({ description: '`null` ends the callbacks.' }))),
  CallbackMethod: Type.Optional(nullable(CallbackMethod)),
  CallbackOn: Type.Optional(
    nullable({
      ...CallbackOn,
      description: 'Ours. `Completed` (default): when a file is ready. `Ended`: when a run fails, too.',
    }),
  ),
  NeutralizeFormulas: Type.Optional(nullable(NeutralizeFormulas)),
}

/** What a report can be changed in, v1. A field that is left out keeps its value. */
export const ReportUpdateV1 = Type.Object(reportUpdate, { title: 'ReportUpdate' })
export type ReportUpdateV1 = Static<typeof ReportUpdateV1>

/** What a report can be changed in, v1.1. A field that is left out keeps its value. */
export const ReportUpdateV11 = Type.Object(
  {
    ...reportUpdate,
    EndTime: Type.Optional(nullable(InstantText('No execution starts after it; `null` removes it.'))),
  },
  { title: 'ReportUpdate' },
)
export type ReportUpdateV11 = Static<typeof ReportUpdateV11>
