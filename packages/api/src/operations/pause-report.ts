import { Type } from 'typebox'
import { reportExampleV1, reportExampleV11 } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions } from '../versions.ts'

export const pauseReport = {
  id: 'pauseReport',
  method: 'PUT',
  path: '/insights/{version}/{program}/ScheduledReport/pause/{reportId}',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'Pause a report',
  description: 'The waiting execution is held; one that runs finishes. An Inactive report can not be paused.',
  roles: writers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report paused successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
