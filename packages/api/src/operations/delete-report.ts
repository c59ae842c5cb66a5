import { Type } from 'typebox'
import { reportExampleV1, reportExampleV11 } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions } from '../versions.ts'

export const deleteReport = {
  id: 'deleteReport',
  method: 'DELETE',
  path: '/insights/{version}/{program}/ScheduledReport/{reportId}',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'Delete a report',
  description:
    'Removes it with its executions and files; links to them are dead at once, and a run under way is cancelled.',
  roles: writers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({}),
  body: null,
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report deleted successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 500),
  },
} satisfies Operation
