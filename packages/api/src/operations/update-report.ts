import { Type } from 'typebox'
import { reportExampleV1, reportExampleV11, reportUpdateExample } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { program } from '../schemas/parameters.ts'
import { ReportUpdateV1, ReportUpdateV11, ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const updateReport = {
  id: 'updateReport',
  method: 'PUT',
  path: '/insights/{version}/{program}/ScheduledReport/{reportId}',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'Change a report',
  description:
    'A field that is left out keeps its value. Another StartTime, interval or count begins a new grid of executions; those that have run stay. The query can not be changed.',
  roles: writers,
  params: Type.Object({ ...program, reportId: Type.String() }),
  query: Type.Object({}),
  body: {
    mediaType: 'application/json',
    schema: { v1: ReportUpdateV1, 'v1.1': ReportUpdateV11 },
    example: inEveryVersion(reportUpdateExample),
  },
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report updated successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 413, 415, 500),
  },
} satisfies Operation
