import { Type } from 'typebox'
import { newReportExample, reportExampleV1, reportExampleV11 } from '../examples.ts'
import { writers, type Operation } from '../operation.ts'
import { examplesOf, records, refusals } from '../responses.ts'
import { onceHeaders, program } from '../schemas/parameters.ts'
import { NewReportV1, NewReportV11, ReportV1, ReportV11 } from '../schemas/report.ts'
import { apiVersions, inEveryVersion } from '../versions.ts'

export const createReport = {
  id: 'createReport',
  method: 'POST',
  path: '/insights/{version}/{program}/ScheduledReport',
  versions: apiVersions,
  tag: 'Reports',
  summary: 'Create a report',
  description:
    'Schedules a query: an execution at StartTime and every RecurrenceInterval hours after it, or one execution now (ExecuteNow). The report keeps its own copy of the query text.',
  roles: writers,
  params: Type.Object(program),
  query: Type.Object({}),
  headers: onceHeaders,
  body: {
    mediaType: 'application/json',
    schema: { v1: NewReportV1, 'v1.1': NewReportV11 },
    example: inEveryVersion(newReportExample),
  },
  responses: {
    200: records(
      { v1: ReportV1, 'v1.1': ReportV11 },
      'Report created successfully',
      examplesOf(reportExampleV1, reportExampleV11),
    ),
    ...refusals(400, 401, 403, 404, 409, 413, 415, 422, 429, 500),
  },
} satisfies Operation
