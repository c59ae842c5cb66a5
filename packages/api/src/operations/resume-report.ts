import { Type } from 'typebox'
import { reportExampleV1, reportExampleV11 } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions } from '../versions.ts'

export const resumeReport = {
  id: 'resumeReport',
  method: 'PUT',
  path: '/insights/{version}/{program}/ScheduledReport/resume/{reportId}',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'Resume a report',
  description:
    'Goes on at the next point of the same grid; executions passed over while paused are not made up and do not count.',
  roles: writers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report resumed successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
