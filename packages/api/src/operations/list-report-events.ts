import { Type } from 'typebox'
import { reportEventExamples } from '../examples.ts'
import { readers, type Operation } from '../operation.ts'
import { records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { ReportEventItem } from '../schemas/report-event.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const listReportEvents = {
  id: 'listReportEvents',
  method: 'GET',
  path: '/insights/{version}/{program}/ScheduledReport/event/{reportId}',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'What happened to a report',
  description:
    'Newest first, for as long as executions are kept: its making and changes, each start, failed try and end of an execution. Ours: the real service shows nothing of it.',
  roles: readers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({
    startTime: Type.Optional(Type.String({ description: 'Only from then on, UTC.' })),
    endTime: Type.Optional(Type.String({ description: 'Only before, UTC.' })),
    $top: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 1_000, description: 'Events, at most.' })),
  }),
  body: null,
  responses: {
    200: records(inEveryVersion(ReportEventItem), 'Events fetched successfully', inEveryVersion(reportEventExamples)),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
